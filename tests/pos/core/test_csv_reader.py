import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos.catalogue.product_file import read_own_columns
from pos.catalogue.shopify_file import read_shopify
from pos.core.csv_reader import UnreadableError, read_table


def cells_of(table):
    return [list(row.cells.values()) for row in table.rows]


def problems_of(table):
    return {problem.line: problem.reason for problem in table.problems}


def test_reads_cells_under_their_columns():
    table = read_table(b'sku,name\nA1, Tea \n\nB2,"Milk, fresh"\n')

    assert table.columns == ["sku", "name"]
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, {"sku": "A1", "name": "Tea"}),
        (4, {"sku": "B2", "name": "Milk, fresh"}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_finds_out_what_keeps_cells_apart(delimiter):
    text = "sku,name,price\nA1,Tea,1.50\n".replace(",", delimiter)

    assert cells_of(read_table(text.encode())) == [["A1", "Tea", "1.50"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_reads_every_kind_of_line(ending):
    text = ending.join(["sku,name", "A1,Tea", '"B2","two\nlines"', "C3,Milk"])

    table = read_table(text.encode())

    assert [row.cells["sku"] for row in table.rows] == ["A1", "B2", "C3"]


def test_passes_over_a_byte_order_mark_and_empty_lines():
    table = read_table("\ufeff\r\n,,\r\nsku,name,,\r\n,,\r\nA1,茶,,\r\n".encode())

    assert table.columns == ["sku", "name"]
    assert cells_of(table) == [["A1", "茶"]]
    assert not table.problems


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"A1", "cells: 1, columns in the first line: 2"),
        (b"A1,Tea,1", "cells: 3, columns"),
        (b"A1,T\xe9", "not UTF-8"),
        (b"A1,T\x00", r"control character \(U\+0000\)"),
        (b"A1,T\x1b[31m", r"U\+001B"),
        (b'A1,"Tea" x', "quotation mark inside"),
        (b"A1," + b"x" * 200_000, "more than 131072 characters"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_says_what_is_wrong_with_a_line_and_reads_the_others(line, why):
    table = read_table(b"sku,name\n" + line + b"\nB2,Milk\n")

    assert cells_of(table) == [["B2", "Milk"]]
    with pytest.raises(AssertionError, match=f"Line 2: .*{why}"):
        raise AssertionError(str(table.problems[0]))


def test_says_where_a_quotation_mark_is_never_closed():
    table = read_table(b'sku,name\nA1,Tea\nB2,"Milk\nC3,Eggs\n')

    assert cells_of(table) == [["A1", "Tea"]]
    assert problems_of(table) == {3: "a quotation mark is never closed."}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        ("sku,name\n".encode("utf-16"), "UTF-16"),
        (b"sku,name,sku\n", "“sku” appears twice"),
        (b"sku,n\xe4me\nA1,Tea\n", "Line 1: not UTF-8"),
        (b'sku,"name\nA1,Tea\n', "never closed"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_says_why_a_file_cannot_be_read(content, why):
    with pytest.raises(UnreadableError, match=why):
        read_table(content)


# A file takes long to make up; what CI tries ten thousand times is money.
FILES = settings(max_examples=min(settings.default.max_examples, 1_000))

WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).filter(lambda text: text.strip() == text)


@FILES
@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.sampled_from(",;\t"))
def test_whatever_is_written_is_read_again(rows, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([("first", "second"), *rows])

    table = read_table(out.getvalue().encode())

    assert cells_of(table) == [list(row) for row in rows]
    assert not table.problems


@FILES
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(content):
    try:
        table = read_table(b"sku,name\n" + content)
    except UnreadableError as error:
        assert str(error)  # noqa: PT017
    else:
        read = [row.line for row in table.rows] + list(problems_of(table))
        assert len(read) == len(set(read))
        assert all("\0" not in "".join(row.cells.values()) for row in table.rows)


MESSY = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "1",
            "1.50",
            "1,50",
            "1e999",
            "NaN",
            "-0",
            "yes",
            "=1+1",
            "'1",
            "<p>x",
        ]
    ),
    st.text(max_size=20),
    st.decimals(allow_nan=True).map(str),
)
OWN = ["sku", "name", "price", "cost", "stock", "barcodes", "tracked", "description"]
SHOPIFY = [
    "Handle",
    "Title",
    "Option1 Value",
    "Variant Price",
    "Variant SKU",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Barcode",
    "Body (HTML)",
    "Gift Card",
]


@pytest.mark.parametrize(
    ("columns", "read"), [(OWN, read_own_columns), (SHOPIFY, read_shopify)]
)
@FILES
@given(data=st.data())
def test_no_cell_is_too_messy_to_be_reported(columns, read, data):
    row = st.lists(MESSY, min_size=len(columns), max_size=len(columns))
    out = io.StringIO()
    csv.writer(out).writerows([columns, *data.draw(st.lists(row, max_size=5))])

    file = read(read_table(out.getvalue().encode(errors="replace")), places=2)

    problems = [problem.line for problem in file.problems]
    lines = [line.line for line in file.lines]
    assert not set(problems) & set(lines)
    for line in file.lines:
        assert line.sku
        numbers = [line.details.get("price"), line.details.get("cost"), line.stock]
        assert all(n is None or (n.is_finite() and n >= 0) for n in numbers)
        assert all(is_plain(text) for text in (line.sku, line.details.get("name", "")))


def is_plain(text):
    return not text.startswith(("=", "+", "-", "@")) and "\0" not in text
