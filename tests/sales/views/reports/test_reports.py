"""Pages and files of reports: one table, drawn in three ways."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy

from pos.access.acts import Act
from pos.catalogue.product_file import read_own_columns
from pos.core.csv_reader import read_table
from pos.models import AuditEntry
from sales.reports import question
from sales.reports.every import REPORTS
from tests.support.owners import OWNER, READS, browser_of, make_reader
from tests.support.questions import sell_at
from tests.support.refunds import make_refund
from tests.support.report_pages import MARCH, file_of, page_of, read_csv
from tests.support.shift_figures import taxed_shift

pytestmark = pytest.mark.django_db

D = Decimal
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def texts(page, table: int = 0) -> list[list[str]]:
    rows = page.context["drawn"].tables[table].rows
    return [[cell.text for cell in row] for row in rows]


def read_xlsx(answer) -> list[list[str]]:
    """The cells of the first sheet, as a program without formulas reads them."""
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.find(f".//{SHEET}f") is None, "a formula"
    return [
        ["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{SHEET}row")
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_a_page(name):
    shift = taxed_shift()
    sell_at(shift, "10.90", "2026-03-02T04:00Z")
    owner = browser_of(make_reader(shift.company))

    page = owner.get(page_of(name), MARCH)

    assert page.status_code == 200
    assert page.context["report"].name == name
    assert page.context["kind"].name == name


def test_a_page_writes_each_form_as_people_read_it(shift, owner):
    sell_at(shift, "1234.50", "2026-03-02T04:00Z", cost=D("1000.00"))

    page = owner.get(page_of("days"), {**MARCH, "compare": "before"})

    first, last = texts(page)[0], texts(page)[-1]
    assert first[0].startswith("Wed 4 Mar")
    assert "1,234.50" in last
    assert "new" in last
    # No basket without a receipt.
    assert "–" in first


def test_the_chart_reads_the_cells_of_the_table(shift, owner):
    sell_at(shift, "1234.50", "2026-03-02T04:00Z")

    page = owner.get(page_of("days"), MARCH).content.decode()

    assert 'data-of="table-days"' in page
    assert 'id="table-days"' in page
    assert 'data-value="1234.5"' in page
    assert "application/json" not in page


def test_a_figure_opens_its_receipts(shift, owner):
    sell_at(shift, "10.00", "2026-03-02T04:00Z")

    page = owner.get(page_of("days"), MARCH)

    links = [cell.url for row in page.context["drawn"].tables[0].rows for cell in row]
    found = next(link for link in links if "figure=total" in link)
    assert found.startswith(reverse("sales:report_receipts"))
    assert owner.get(found).status_code == 200


def test_who_may_not_see_receipts_opens_none(shift):
    sell_at(shift, "10.00", "2026-03-02T04:00Z")
    reader = make_reader(shift.company, may=(READS, "pos.use_every_outlet"))

    page = browser_of(reader).get(page_of("days"), MARCH)

    assert not any(
        cell.url for row in page.context["drawn"].tables[0].rows for cell in row
    )


def test_columns_are_sorted_by_their_head(shift, owner):
    sell_at(shift, "10.00", "2026-03-02T04:00Z")
    sell_at(shift, "30.00", "2026-03-03T04:00Z")

    page = owner.get(page_of("days"), {**MARCH, "sort": "-total"})

    heads = {head.key: head for head in page.context["drawn"].tables[0].heads}
    assert heads["total"].direction == "descending"
    assert "sort=total" in heads["total"].url
    assert "sort=-gross" in heads["gross"].url
    totals = [row[heads_at(page, "total")] for row in texts(page)]
    assert totals == ["30.00", "10.00", "0.00"]


def heads_at(page, key: str) -> int:
    heads = page.context["drawn"].tables[0].heads
    return [head.key for head in heads].index(key)


def test_hours_are_a_grid_in_five_steps(shift, owner):
    for hour, price in enumerate(("1.00", "2.00", "3.00", "4.00", "500.00")):
        sell_at(shift, price, f"2026-03-02T0{hour}:00Z")

    page = owner.get(page_of("hours"), MARCH)

    grid = page.context["drawn"].tables[0]
    steps = [cell.classes for cell in grid.rows[0] if cell.text]
    assert grid.is_grid
    assert steps[1:] == [f"step-{number}" for number in range(1, 6)]
    assert "<canvas" not in page.content.decode()


def test_tenders_are_one_bar_of_parts(shift, owner):
    sell_at(shift, "10.00", "2026-03-02T04:00Z")

    page = owner.get(page_of("tenders"), MARCH)

    [part] = page.context["drawn"].chart.parts
    assert (part.x, part.width) == ("0.00%", "100.00%")
    assert "<rect" in page.content.decode()
    assert "style=" not in page.content.decode()


def test_tax_is_in_no_menu_of_a_company_that_charges_none(shift, owner):
    assert "taxes" not in dict(owner.get(page_of("days")).context["tabs"])


def test_an_empty_period_leads_to_the_last_day_with_sales(shift, owner):
    sell_at(shift, "10.00", "2026-02-11T04:00Z")

    page = owner.get(page_of("products"), MARCH).content.decode()

    assert "No sales in this period" in page
    assert "?from=2026-02-11&amp;to=2026-02-11" in page


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize(
    "path",
    [
        reverse_lazy("sales:overview"),
        reverse_lazy("sales:report_receipts"),
        *(reverse_lazy("sales:report", args=(name,)) for name in REPORTS),
    ],
)
def test_every_page_of_figures_says_that_a_person_has_no_outlet(path, headers):
    shift = taxed_shift()
    sell_at(shift, "10.90", "2026-03-02T04:00Z")
    bound = tuple(name for name in OWNER if name != "pos.use_every_outlet")
    reader = browser_of(make_reader(shift.company, may=bound, outlets=[]))

    page = reader.get(path, {**MARCH, "compare": "week"}, headers=headers)

    assert page.status_code == 200
    assert "You have no outlet yet" in page.content.decode()
    assert "10.90" not in page.content.decode()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    "query",
    [
        {"period": "nonsense", "step": "x", "show": "x", "sort": "-x", "compare": "x"},
        {"from": "2026-99-99", "to": "yesterday", "outlet": "';--"},
        {"from": "9999-12-31", "to": "0001-01-01", "compare": "year", "rows": "x"},
    ],
)
def test_nonsense_in_a_filter_is_answered_with_a_sentence(shift, owner, name, query):
    sell_at(shift, "10.00", "2026-03-02T04:00Z")

    page = owner.get(page_of(name), query)

    assert page.status_code == 200
    assert page.context["question"].notes


def test_a_report_that_there_is_not_is_not_found(owner):
    assert owner.get("/reports/nothing/").status_code == 404
    assert owner.post("/reports/nothing.csv").status_code == 404
    assert owner.post("/reports/days.pdf").status_code == 404


def test_figures_of_staff_are_for_who_may_see_them(shift):
    reader = browser_of(make_reader(shift.company, may=(READS,)))

    assert reader.get(page_of("days")).status_code == 200
    assert reader.get(page_of("staff")).status_code == 403
    assert reader.post(file_of("days", "csv")).status_code == 403
    assert "staff" not in dict(reader.get(page_of("days")).context["tabs"])
    exporter = make_reader(shift.company, may=(READS, "sales.export_figures"))
    for format in ("csv", "xlsx"):
        answer = browser_of(exporter).post(file_of("staff", format))
        assert answer.status_code == 403


def test_margin_is_for_who_may_see_it(shift):
    sell_at(shift, "10.00", "2026-03-02T04:00Z", cost=D(4))
    may = tuple(name for name in OWNER if name != "sales.view_margin")
    reader = browser_of(make_reader(shift.company, may=may))

    page = reader.get(page_of("products"), MARCH)
    lines = read_csv(reader.post(f"{file_of('products', 'csv')}?from=2026-03-02"))

    assert "margin" not in {head.key for head in page.context["drawn"].tables[0].heads}
    assert "Margin" not in lines[0]


def test_the_files_have_what_the_page_has(shift, owner):
    sell_at(shift, "1234.50", "2026-03-02T04:00Z")
    sell_at(shift, "6.00", "2026-03-04T04:00Z")
    query = "?from=2026-03-02&to=2026-03-04"

    page = owner.get(page_of("days") + query)
    lines = read_csv(owner.post(file_of("days", "csv") + query))
    cells = read_xlsx(owner.post(file_of("days", "xlsx") + query))

    heads = [head.label for head in page.context["drawn"].tables[0].heads]
    assert lines[0] == cells[0] == heads
    place = heads_at(page, "total")
    assert [line[place] for line in lines[1:]] == ["6.00", "0.00", "1234.50", "1240.50"]
    assert [D(row[place]) for row in cells[1:]] == [6, 0, D("1234.5"), D("1240.5")]
    assert [line[0] for line in lines[1:4]] == [
        "2026-03-04",
        "2026-03-03",
        "2026-03-02",
    ]


def test_documents_that_a_page_leaves_out_are_shown_when_asked_for_and_in_files(
    shift, owner, monkeypatch
):
    monkeypatch.setattr(question, "PAGE_ROWS_MAX", 1)
    monkeypatch.setattr(question, "LONG_PAGE_ROWS_MAX", 2)
    for price in ("1.00", "2.00", "3.00"):
        sold = sell_at(shift, price, "2026-03-02T04:00Z")
        make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 3, 4, tzinfo=UTC))

    short = owner.get(page_of("refunds"), MARCH)
    long = owner.get(page_of("refunds"), {**MARCH, "rows": "all"})
    query = "?from=2026-03-02&to=2026-03-04"
    lines = read_csv(owner.post(file_of("refunds", "csv") + query))

    assert [len(texts(page)) for page in (short, long)] == [1, 2]
    assert "2 more rows are not shown. <a" in short.text
    assert "1 more row is not shown. The files have all of them." in long.text
    place = heads_at(short, "total")
    amounts = [line[place] for line in lines[1:5]]
    assert amounts == ["-3.00", "-2.00", "-1.00", "-6.00"]


@pytest.mark.parametrize(("language", "word"), [("en", "Total"), ("zh-hans", "合计")])
def test_the_last_row_of_a_file_says_that_it_is_the_total(shift, owner, language, word):
    sell_at(shift, "6.00", "2026-03-02T04:00Z")
    headers = {"Accept-Language": language}
    for name in ("days", "products", "staff", "hours"):
        query = "?from=2026-03-02"
        content = owner.post(file_of(name, "csv") + query, headers=headers)
        lines = [line for line in read_csv(content) if line]
        book = owner.post(file_of(name, "xlsx") + query, headers=headers)

        assert lines[-1][0] == word, name
        if name != "hours":
            assert read_xlsx(book)[-1][0] == word, name


def test_the_total_of_a_file_is_no_product_to_import(shift, owner):
    """It has no SKU, without which our reader refuses a line."""
    sell_at(shift, "6.00", "2026-03-02T04:00Z", sku="KOPI")
    content = owner.post(f"{file_of('products', 'csv')}?from=2026-03-02")
    text = b"".join(content.streaming_content).decode("utf-8-sig")
    text = text.replace("Product,SKU", "name,sku", 1)

    file = read_own_columns(read_table(text.encode()), places=2)

    assert [line.sku for line in file.lines] == ["KOPI"]
    assert [problem.line for problem in file.problems] == [3]


NASTY = ("=HYPERLINK(1)", "-12", "+1", "@x")


@pytest.mark.parametrize("name", NASTY)
def test_a_text_is_never_a_formula_and_a_figure_never_a_text(shift, owner, name):
    """Edge case 22."""
    sell_at(shift, "5.00", "2026-03-02T04:00Z", name=name)
    query = "?from=2026-03-02"

    content = owner.post(file_of("products", "csv") + query)
    text = b"".join(content.streaming_content)
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    cells = read_xlsx(owner.post(file_of("products", "xlsx") + query))

    assert lines[1][0] == f"'{name}"
    assert cells[1][0] == name
    # What we export, our own reader takes back.
    assert read_table(text).rows[0].cells["Product"] == name


def test_a_file_below_zero_has_a_number(shift, owner):
    sold = sell_at(shift, "5.00", "2026-03-02T04:00Z")
    make_refund(sold, 1, shift=shift)

    lines = read_csv(owner.post(f"{file_of('days', 'csv')}?period=this-year"))

    assert "-5.00" in {cell for line in lines for cell in line}


def test_a_file_is_named_by_company_report_and_dates(shift, owner):
    query = "?from=2026-03-02&to=2026-03-04"

    answer = owner.post(file_of("days", "csv") + query)

    name = answer.headers["Content-Disposition"]
    assert name.endswith('-days-2026-03-02-2026-03-04.csv"')
    assert name.isascii()


def test_an_export_is_in_the_audit_trail(shift, owner):
    owner.post(f"{file_of('days', 'xlsx')}?from=2026-03-02")

    entry = AuditEntry.objects.get(act=Act.REPORT_EXPORTED)
    assert '"name":"days"' in entry.text
    assert '"format":"xlsx"' in entry.text


def test_an_address_asks_for_no_file(owner):
    assert owner.get(file_of("days", "csv")).status_code == 405


@pytest.mark.django_db(transaction=True)
@pytest.mark.no_books_check
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_takes_ten_statements_at_most(name):
    shift = taxed_shift()
    for hour in range(1, 6):
        sell_at(shift, "10.90", f"2026-03-02T0{hour}:00Z")
    owner = browser_of(make_reader(shift.company))
    query = {**MARCH, "compare": "week"}
    owner.get(page_of(name), query)

    with CaptureQueriesContext(connection) as found:
        owner.get(page_of(name), query)

    asked = [one["sql"] for one in found if one["sql"] not in {"BEGIN", "ROLLBACK"}]
    assert len(asked) <= 10, "\n".join(asked)
