"""Anchors: written to a file, and compared with the chains of later."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from pos.core.chains import chain_hash
from pos.models import AuditEntry
from sales.books.anchor_comparison import list_anchors
from sales.books.anchors import write_lines
from sales.models import FiscalDocument
from tests.sales.books.shop import a_sale
from tests.support.factories import TillFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,
    pytest.mark.no_lock_check,  # faults take no locks
]

KEY = "kept-somewhere-else-for-these-tests-only"


@pytest.fixture
def verify_books(settings):
    """Run the command with the chains' check; return its exit status and output."""
    settings.ANCHOR_KEY = KEY

    def run(*options: str) -> tuple[int, str]:
        said, status = StringIO(), 0
        try:
            call_command("verify_books", "--only=I12", *options, stdout=said)
        except SystemExit as end:
            status = end.code
        return status, said.getvalue()

    return run


@pytest.fixture
def file(tmp_path, shop, verify_books):
    """A file with the ends of two chains, one of them empty, written twice."""
    TillFactory(outlet=shop.till.outlet, code="Z2")
    path = tmp_path / "anchors"
    for _ in range(2):
        assert verify_books(f"--anchor={path}")[0] == 0
    return path


def rewrite_chain(till, execute_sql, *, text: tuple[str, str]) -> None:
    """What somebody with the database's password can do: all links again."""
    head = "0" * 64
    for link in FiscalDocument.objects.filter(till=till).order_by("chain_no"):
        written = link.text.replace(*text)
        own = chain_hash(head, written)
        execute_sql(
            f"UPDATE sales_fiscaldocument SET text = $text${written}$text$,"
            f" previous_hash = '{head}', hash = '{own}' WHERE id = {link.pk}"
        )
        head = own
    execute_sql(f"UPDATE pos_till SET chain_head = '{head}' WHERE id = {till.pk}")


def test_a_line_says_company_till_number_hash_and_time(file, shop, verify_books):
    shop.till.refresh_from_db()

    lines = [line.split(" ") for line in file.read_text().splitlines()]

    # Two tills, and two back offices, of which one has a till.
    assert [line[2] for line in lines[:6]] == [
        *(shop.till.code, "Z2"),
        *(f"audit/{shop.till.code}", "audit/Z2"),
        *("audit/", "audit/"),
    ]
    assert len(lines) == 12
    assert lines[0][1:5] == [
        shop.company.code,
        shop.till.code,
        str(shop.till.last_chain_no),
        shop.till.chain_head,
    ]
    status, said = verify_books(f"--against={file}")
    assert status == 0
    assert said.count("still in the chain\n") == len(lines)
    assert f"{len(lines)} of {len(lines)} anchors are still in the chain." in said


def test_what_is_added_to_the_chain_later_is_no_matter(file, shop, verify_books):
    a_sale(shop.till.shifts.latest("pk"), None, shop.products[:1], [])

    assert verify_books(f"--against={file}")[0] == 0


def test_a_tail_that_was_cut_off_is_seen(file, unguarded, execute_sql, verify_books):
    till = unguarded.till
    last, before = FiscalDocument.objects.filter(till=till).order_by("-chain_no")[:2]
    execute_sql(
        f"DELETE FROM sales_fiscaldocument WHERE id = {last.pk}",
        f"UPDATE pos_till SET chain_head = '{before.hash}',"
        f" last_chain_no = {before.chain_no} WHERE id = {till.pk}",
    )

    status, said = verify_books("--only=I27", f"--against={file}")

    assert status == 1
    assert f"not in the chain: the chain ends at {before.chain_no}" in said


@pytest.mark.parametrize("is_of_till", [True, False])
def test_a_trail_that_was_cut_off_with_its_head_is_seen(  # noqa: PLR0913
    file, unguarded, execute_sql, verify_books, is_of_till
):
    """Nothing in the database contradicts it: only what is kept elsewhere does."""
    till = unguarded.till
    entries = AuditEntry.objects.filter(
        company=unguarded.company, till=till if is_of_till else None
    )
    last, before = entries.order_by("-number")[:2]
    table, its = (
        ("pos_till", f"id = {till.pk}")
        if is_of_till
        else ("pos_audithead", f"company_id = {till.company_id}")
    )
    execute_sql(
        f"DELETE FROM pos_auditpersonal WHERE entry_id = {last.pk}",
        f"DELETE FROM pos_auditentry WHERE id = {last.pk}",
        f"UPDATE {table} SET audit_head = '{before.hash}',"
        f" last_audit_no = {before.number} WHERE {its}",
    )

    status, said = verify_books("--only=I50,I150", f"--against={file}")

    assert status == 1
    assert "the books balance" in said
    chain = f"audit/{till.code if is_of_till else ''}"
    assert f"{till.company.code} {chain} {last.number}: not in the chain" in said
    assert f"the chain ends at {before.number}, its end was cut off" in said


def test_an_entry_that_was_changed_is_seen(file, unguarded, execute_sql, verify_books):
    execute_sql("UPDATE pos_auditentry SET text = text || ' '")
    assert "entry" in verify_books(f"--against={file}")[1]
    assert "has another text than was hashed" in verify_books(f"--against={file}")[1]

    execute_sql("UPDATE pos_auditentry SET hash = repeat('a', 64)")
    assert (
        "has another hash, it was written again" in verify_books(f"--against={file}")[1]
    )


def test_a_file_from_before_has_no_lines_of_the_trail(file, shop, verify_books):
    """Each line is believed by itself."""
    tills = [a for a in list_anchors(company=None, at=now()) if not a.is_of_trail]
    file.write_text(write_lines(tills, key=KEY, after=""))

    status, said = verify_books(f"--against={file}")

    assert status == 0
    assert "2 of 2 anchors are still in the chain." in said


def test_a_chain_that_was_written_again_is_seen(
    file, unguarded, execute_sql, verify_books
):
    rewrite_chain(unguarded.till, execute_sql, text=('"reason"', '"reason" '))
    rewrite_chain(unguarded.till, execute_sql, text=('"footer":"', '"footer":"x'))
    unguarded.till.refresh_from_db()

    status, said = verify_books("--only=I27,I65", f"--against={file}")

    assert status == 1
    assert "2 checks" in said
    assert "the books balance" in said
    number = unguarded.till.last_chain_no
    assert f"not in the chain: document {number} has another hash" in said


def test_a_text_under_the_old_hash_and_a_hole_are_seen(
    file, unguarded, execute_sql, verify_books
):
    mine = f"till_id = {unguarded.till.pk} AND chain_no ="
    number = FiscalDocument.objects.filter(till=unguarded.till).latest("pk").chain_no
    execute_sql(
        f"UPDATE sales_fiscaldocument SET text = text || ' ' WHERE {mine} {number}"
    )
    assert "has another text than was hashed" in verify_books(f"--against={file}")[1]

    execute_sql(f"DELETE FROM sales_fiscaldocument WHERE {mine} {number}")
    status, said = verify_books(f"--against={file}")

    assert status == 1
    assert f"there is no document {number}" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace(" 2/", " 3/"), "has a wrong HMAC"),
        (lambda text: text.replace("T", "T", 1).replace("20", "21", 1), "wrong HMAC"),
        (lambda text: "".join(text.splitlines(True)[1:]), "Line 1 has a wrong HMAC"),
        (lambda text: text + "hello\n", "is no anchor"),
        (lambda text: text[:-20], "is cut off"),
        (lambda text: "".join(text.splitlines(True)[:-1]), "the file was cut off, 1"),
        (lambda text: "", "the file is empty"),
    ],
)
def test_a_file_that_was_changed_is_seen_and_never_added_to(
    file, change, says, verify_books
):
    was = change(file.read_text())
    file.write_text(was)

    status, said = verify_books(f"--against={file}")

    assert status == 1
    assert says in said
    if was:
        with pytest.raises(CommandError, match="write to another file"):
            verify_books(f"--anchor={file}")
        assert file.read_text() == was


def test_a_line_signed_with_another_key_is_not_believed(file, settings, verify_books):
    settings.ANCHOR_KEY = KEY[::-1]

    status, said = verify_books(f"--against={file}")

    assert status == 1
    assert "Line 1 has a wrong HMAC" in said
    assert f"0 of {len(file.read_text().splitlines())} anchors" in said


def test_a_till_and_a_company_that_are_gone_are_named(
    file, unguarded, execute_sql, verify_books
):
    shop = unguarded
    execute_sql(f"UPDATE pos_till SET code = 'GONE' WHERE id = {shop.till.pk}")
    status, said = verify_books(f"--against={file}")
    assert status == 1
    assert f"{shop.company.code} has no till {shop.till.code}" in said

    execute_sql(f"UPDATE pos_company SET code = 'AWAY' WHERE id = {shop.company.pk}")
    status, said = verify_books(f"--against={file}", "--format=json")
    assert status == 1
    assert f"there is no company {shop.company.code}" in said
    theirs = [
        one
        for one in json.loads(said)["anchors"]
        if f" {shop.company.code} " in one["anchor"]
    ]
    assert len(theirs) == 10
    assert {one["is_in_chain"] for one in theirs} == {False}


def test_without_a_key_or_a_file_it_says_what_is_missing(
    tmp_path, shop, settings, verify_books
):
    missing = tmp_path / "none" / "file"
    with pytest.raises(CommandError, match="No such file"):
        verify_books(f"--against={missing}")
    with pytest.raises(CommandError, match="No such file"):
        verify_books(f"--anchor={missing}")
    with pytest.raises(CommandError, match="directory"):
        verify_books(f"--anchor={tmp_path}")
    settings.ANCHOR_KEY = "short"
    for option in ("anchor", "against"):
        with pytest.raises(CommandError, match="ANCHOR_KEY"):
            verify_books(f"--{option}={tmp_path / 'file'}")
    assert list(tmp_path.iterdir()) == []
