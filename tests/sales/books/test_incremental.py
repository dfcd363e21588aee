"""Incremental: a nightly run reads what was added, and goes on from what was proven."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from pos.core.ids import uuid7
from pos.models import AuditEntry, Company
from sales.books.check import Scope
from sales.books.every import CHECKS
from sales.books.incremental import Checkpoint, find_added, make_checkpoint
from sales.books.run import find, read_from_snapshot, run_checks
from sales.models import BooksProof, FindingExplanation, FiscalDocument, Sale
from sales.refunds.exchange import exchange_sale
from tests.sales.books.faults import FAULTS
from tests.sales.books.shop import a_sale, make_traded_shop
from tests.sales.books.test_checks import rolled_back
from tests.support.books import SCHEMA_CHECKS
from tests.support.factories import CompanyFactory, ShiftFactory, make_sale
from tests.support.refunds import make_refund, return_lines, sell_products
from tests.support.tenders import cash

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,
    pytest.mark.no_lock_check,  # faults take no locks
]

PART_CHECKS = {check.id for check in CHECKS if not check.is_whole_only} - SCHEMA_CHECKS
# Nothing is proven, so that everything was added.
NOTHING = Checkpoint(now() - timedelta(days=400), {}, {}, {})


def seen(checkpoint: Checkpoint, *ids: str) -> list[str]:
    """Which of the checks find something in what was added since the checkpoint."""
    with read_from_snapshot(60):
        added = find_added(checkpoint, Company.objects.all(), overtaken_max=0)
        scope = Scope(added=added)
        return [
            check.id for check in CHECKS if check.id in ids and list(find(check, scope))
        ]


@pytest.fixture
def checkpoint(unguarded) -> Checkpoint:
    """How far the shop's books go before the test."""
    return make_checkpoint(unguarded.company.pk, at=now() + timedelta(days=2))


@pytest.fixture
def new_sale(checkpoint, unguarded) -> Sale:
    shift = unguarded.till.shifts.latest("pk")
    return a_sale(shift, unguarded.customer, unguarded.products[:1], [cash(50)])


def verify_books(*options: str) -> tuple[int, str]:
    said, status = StringIO(), 0
    try:
        call_command("verify_books", *options, stdout=said)
    except SystemExit as end:
        status = end.code
    return status, said.getvalue()


def test_every_fault_in_what_was_added_is_seen(unguarded, execute_sql):
    caught = {}
    for id in PART_CHECKS:
        with rolled_back():
            before = seen(NOTHING, id)
            execute_sql(*FAULTS[id])
            caught[id] = before, seen(NOTHING, id)

    assert caught == {id: ([], [id]) for id in caught}


def test_what_was_proven_is_read_by_a_whole_run_only(
    unguarded, checkpoint, execute_sql
):
    old = Sale.objects.finalized().get(points_redeemed__gt=0)
    execute_sql(f"UPDATE sales_sale SET total = total + 1 WHERE id = {old.pk}")

    assert seen(checkpoint, "I01", "I28") == []
    assert seen(NOTHING, "I01", "I28") == ["I01", "I28"]


def test_a_fault_of_a_later_sale_is_seen(unguarded, new_sale, checkpoint, execute_sql):
    assert seen(checkpoint, *PART_CHECKS) == []

    execute_sql(f"UPDATE sales_sale SET total = total + 1 WHERE id = {new_sale.pk}")

    assert set(seen(checkpoint, *PART_CHECKS)) >= {"I01", "I28"}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        (
            "INSERT INTO sales_tender (company_id, sale_id, position, kind, tendered,"
            " change, reference) SELECT company_id, id, 9, 'card', 1, 0, '' FROM"
            " sales_sale WHERE id = {old}",
            "I03",
        ),
        (
            "INSERT INTO customers_pointsentry (company_id, customer_id, kind, points,"
            " balance_after, source, staff_member_id, entered_at, reason) SELECT"
            " company_id, customer_id, 'earn', 1, 1, uid, cashier_id, now(), '' FROM"
            " sales_sale WHERE id = {old}",
            "I17",
        ),
        (
            "INSERT INTO sales_receiptprint (company_id, sale_id, copy_number,"
            " staff_member_id) SELECT company_id, id, 9, cashier_id FROM sales_sale"
            " WHERE id = {old}",
            "I64",
        ),
        (
            "UPDATE sales_saleline SET refunded_quantity = quantity WHERE sale_id ="
            " {old}",
            "I20",
        ),
        (
            "DELETE FROM pos_stockmovement WHERE id = (SELECT min(id) FROM"
            " pos_stockmovement)",
            "I12",
        ),
    ],
)
def test_rows_that_were_added_to_an_old_sale_and_balances_are_seen(
    unguarded, checkpoint, execute_sql, statement, check
):
    execute_sql(statement.format(old=unguarded.first.pk))

    assert check in seen(checkpoint, *PART_CHECKS)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE {links} SET hash = repeat('a', 64) WHERE id = {head}", "another hash"),
        ("DELETE FROM {links} WHERE id = {first}", "was proven with another hash"),
        ("DELETE FROM {links} WHERE id = {head}", "was proven with another hash"),
    ],
)
def test_the_proven_link_must_still_be_there(
    unguarded, checkpoint, execute_sql, statement, says
):
    links = FiscalDocument.objects.filter(till=unguarded.till)
    ids = {"head": links.latest("chain_no").pk, "first": links.earliest("chain_no").pk}
    execute_sql(statement.format(links="sales_fiscaldocument", **ids))

    [check] = [check for check in CHECKS if check.id == "I65"]
    scope = Scope(added=find_added(checkpoint, Company.objects.all(), overtaken_max=0))
    names = [found.offender for found in find(check, scope)]

    assert any(says in name for name in names), names


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE {links} SET hash = repeat('a', 64) WHERE id = {head}", "otherwise"),
        ("DELETE FROM {links} WHERE id = {first}", "proven otherwise"),
        ("UPDATE {links} SET number = 99 WHERE id = {head}", "proven otherwise"),
    ],
)
@pytest.mark.parametrize("is_at_till", [True, False])
def test_the_proven_entry_must_still_be_there(
    unguarded, checkpoint, execute_sql, statement, says, is_at_till
):
    chain = AuditEntry.objects.of_company(unguarded.company.pk)
    chain = chain.filter(till=unguarded.till if is_at_till else None)
    ids = {"head": chain.latest("number").pk, "first": chain.earliest("number").pk}
    execute_sql(statement.format(links="pos_auditentry", **ids))

    [check] = [check for check in CHECKS if check.id == "I150"]
    scope = Scope(added=find_added(checkpoint, Company.objects.all(), overtaken_max=0))
    names = [found.offender for found in find(check, scope)]

    assert any(says in name for name in names), names


def test_only_entries_after_the_proven_one_are_read(unguarded, checkpoint, execute_sql):
    execute_sql("UPDATE pos_auditentry SET text = text || ' '")

    assert seen(checkpoint, "I150", "I151", "I152") == []
    assert seen(NOTHING, "I150") == ["I150"]


def test_what_was_explained_is_read_again(unguarded, checkpoint, execute_sql):
    known = FindingExplanation.objects.get(company=unguarded.company)

    added = Sale.objects.filter(
        pk__in=find_added(checkpoint, Company.objects.all(), overtaken_max=0).sales
    )

    assert added.filter(receipt_number=known.offender.split()[0]).exists()


def test_an_earlier_exchange_is_read_whole_when_more_comes_back(db):
    shift = ShiftFactory()
    sold = sell_products(shift, quantity=3)
    bought = make_sale(shift)
    exchange_sale(
        refund_uid=uuid7(),
        original=sold.uid,
        lines=return_lines(sold, 1),
        sale_uid=bought.uid,
        tenders=[],
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
    )
    proven = make_checkpoint(shift.company_id, at=now() + timedelta(days=2))
    make_refund(sold, 1, shift=shift)

    assert seen(proven, *PART_CHECKS) == []


def test_a_run_goes_on_from_the_last_one_that_found_nothing(shop, execute_sql):
    assert "everything is read" in verify_books("--new")[1]
    first = BooksProof.objects.filter(company=shop.company).latest("pk")
    assert (first.continues_at, bool(first.proven)) == (None, True)

    status, said = verify_books("--new")
    second = BooksProof.objects.filter(company=shop.company).latest("pk")
    assert status == 0
    assert said.startswith("What was added since")
    assert (second.continues_at, bool(second.proven)) == (first.proven_at, True)

    execute_sql("UPDATE customers_customer SET points_balance = points_balance + 1")
    assert verify_books("--new")[0] == 1
    third = BooksProof.objects.filter(company=shop.company).latest("pk")
    assert (third.continues_at, third.proven) == (second.proven_at, {})
    assert run_checks(added_only=True).continues.at == second.proven_at

    CompanyFactory()
    assert run_checks(added_only=True).continues is None
    of_one = run_checks(company=shop.company, added_only=True)
    assert of_one.continues.at == second.proven_at


def test_a_run_of_one_company_follows_no_other_companys_chains(unguarded):
    other = make_traded_shop().company
    all_rows = make_checkpoint(other.pk, at=now() + timedelta(days=2)).rows

    def finalized(company: Company) -> set[Sale]:
        """Which of the company's sales are read by a run of the first one alone."""
        checkpoint = Checkpoint(now() + timedelta(days=2), {}, all_rows, {})
        added = find_added(checkpoint, [unguarded.company], overtaken_max=0)
        sales = Sale.objects.finalized().of_company(company.pk)
        return set(sales.filter(pk__in=added.sales, original=None, refunds=None))

    assert finalized(unguarded.company)
    assert not finalized(other)


def test_a_part_of_the_checks_or_of_the_sales_proves_nothing(shop):
    for option in (f"--since={now():%Y-%m-%d}", "--only=I12", "--no-save"):
        verify_books(option)

    assert not BooksProof.objects.proven().exists()
    with pytest.raises(CommandError, match="not allowed with"):
        verify_books("--new", f"--since={now():%Y-%m-%d}")
