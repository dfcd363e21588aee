"""Command verify_books: what it prints, what it stores, and its exit code."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils.timezone import localdate

from pos.models import Company
from sales.books.every import CHECKS
from sales.books.run import run_checks, verify
from sales.models import BooksProof
from tests.sales.books.faults import FAULTS
from tests.sales.books.shop import make_traded_shop

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,
    pytest.mark.no_lock_check,  # faults take no locks
]

DOCS = Path(__file__).resolve().parents[3] / "docs" / "books.md"


@pytest.fixture
def run():
    """Run the command; return its exit status and what it said."""

    def run(*options: str) -> tuple[int, str]:
        said, status = StringIO(), 0
        try:
            call_command("verify_books", *options, stdout=said)
        except SystemExit as end:
            status = end.code
        return status, said.getvalue()

    return run


def test_books_that_hold_end_with_nothing(shop, run):
    status, said = run()

    assert status == 0
    assert said.count("\n") == len(CHECKS) + 1
    assert said.splitlines()[-1].endswith("the books balance.")


def test_a_violation_is_named_and_ends_with_one(unguarded, execute_sql, run):
    execute_sql(*FAULTS["I01"])

    status, said = run("--only=I01,I12")

    assert status == 1
    assert f"{unguarded.company.code} {unguarded.first.receipt_number}" in said
    assert "1 found something wrong" in said


def test_a_check_that_cannot_be_made_ends_with_two_and_stops_no_other(
    shop, execute_sql, run
):
    execute_sql("ALTER TABLE sales_sale RENAME COLUMN due TO owed")

    status, said = run("--format=json")

    output = json.loads(said)
    made = {check["id"]: check["error"] for check in output["checks"]}
    assert status == 2
    assert "due" in made["I03"]
    assert not made["I12"]
    assert not output["is_clean"]
    assert BooksProof.objects.first().failures == output["failures"] > 0


def test_the_first_twenty_are_named_and_all_are_counted(unguarded, execute_sql, run):
    execute_sql(
        "INSERT INTO customers_customer (uid, company_id, code, name, phone, address,"
        " points_balance, is_active) SELECT gen_random_uuid(), company_id, 'X' || n,"
        " '', '', '', 7, true FROM generate_series(1, 25) n, customers_customer"
    )

    _, said = run("--only=I16", "--format=json")

    [check] = json.loads(said)["checks"]
    assert (check["count"], len(check["offenders"])) == (25, 20)


def test_json_says_everything(shop, run):
    status, said = run("--format=json")

    output = json.loads(said)
    assert status == 0
    assert output["is_clean"]
    assert [check["id"] for check in output["checks"]] == [check.id for check in CHECKS]


def test_only_one_companys_books_are_looked_at(unguarded, execute_sql, run):
    other = make_traded_shop()
    execute_sql(
        f"UPDATE sales_sale SET note = '4111111111111111' WHERE id = {other.first.pk}"
    )

    assert run("--only=I47", f"--company={unguarded.company.code}")[0] == 0
    assert run("--only=I47", f"--company={other.company.code}")[0] == 1


def test_since_leaves_older_sales_out_and_no_balance(unguarded, execute_sql, run):
    execute_sql(*FAULTS["I01"], *FAULTS["I12"])
    tomorrow = f"--since={localdate() + timedelta(days=2)}"

    assert run("--only=I01", tomorrow)[0] == 0
    assert run("--only=I12", tomorrow)[0] == 1


def test_every_check_can_be_narrowed(shop):
    for narrow in ({"company": shop.company}, {"since": localdate()}):
        errors = [o.error for o in verify(**narrow) if o.error]

        assert errors == []


def test_every_check_can_read_what_was_added(shop, run):
    run()

    new = run_checks(added_only=True)

    assert new.continues is not None
    assert [o.error for o in new.outcomes if o.error] == []


def test_a_check_that_is_none_is_refused(db, run):
    with pytest.raises(CommandError, match="no check I99"):
        run("--only=I12,I99")


@pytest.mark.parametrize("seconds", ["-5", "99999999999", "1.5", "soon", "\u00b2"])
def test_a_time_limit_that_is_none_is_refused(db, seconds):
    with pytest.raises(CommandError, match=f"{seconds} is no number from 0 to"):
        call_command("verify_books", f"--timeout={seconds}")


def test_the_proof_is_kept_for_each_company_with_what_concerns_it(
    unguarded, execute_sql, run
):
    execute_sql(*FAULTS["I16"])

    run()

    proofs = {proof.company: proof for proof in BooksProof.objects.all()}
    assert proofs.keys() == set(Company.objects.all())
    mine = proofs.pop(unguarded.company)
    assert unguarded.customer.code in str(mine.results)
    assert (mine.checks, mine.started_by) == (len(CHECKS), "verify_books")
    assert mine.violations > 0
    assert not mine.is_clean
    for other in proofs.values():
        assert unguarded.customer.code not in str(other.results)


@pytest.mark.parametrize("option", ["--no-save", "--only=I12"])
def test_a_proof_that_is_not_whole_or_not_wanted_is_not_kept(shop, run, option):
    run(option)

    assert not BooksProof.objects.exists()


@pytest.mark.parametrize(
    "setting",
    [
        *("datestyle = 'German, DMY'", "datestyle = 'SQL, MDY'"),
        *("quote_all_identifiers = on", "standard_conforming_strings = off"),
        *("timezone = 'America/St_Johns'", "intervalstyle = sql_standard"),
        *("extra_float_digits = -10", "bytea_output = escape"),
        *("transform_null_equals = on", "search_path = pg_catalog"),
    ],
)
def test_a_session_may_spell_as_it_likes(shop, setting):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {setting}")

        assert [it.check.id for it in verify() if it.offenders or it.error] == []

        transaction.set_rollback(True)


def test_inside_a_transaction_nothing_is_left_of_its_settings(db, execute_sql):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop')")
        before = cursor.fetchone()
        verify(only=["I12"])
        cursor.execute("SELECT current_setting('enable_nestloop')")
        assert cursor.fetchone() == before


def test_the_page_of_the_checks_says_what_each_does():
    text = DOCS.read_text(encoding="utf-8")

    for check in CHECKS:
        assert f"| {check.id} | {check.sentence} |" in text, check.id
    assert all(f"| I{n:02d} |" in text for n in range(1, 55))
