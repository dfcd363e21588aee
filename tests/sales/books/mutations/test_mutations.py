"""Mutations: what is changed past the triggers is found, or nothing can witness it.

``make test`` tries every eighth of them; CI tries all.
"""

import re
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.sales.books.conftest import UNGUARD
from tests.sales.books.mutations import (
    of_ages,
    of_approvals,
    of_deposits,
    of_devices,
    of_figures,
    of_ledgers,
    of_money,
    of_part_payments,
    of_sales,
    of_shifts,
    of_the_chain,
    of_the_trail,
    of_vouchers,
)
from tests.sales.books.mutations.of_history import OF_HISTORY
from tests.sales.books.mutations.shop import make_busy_shop
from tests.sales.books.mutations.sql import Mutation
from tests.sales.books.mutations.undetectable import UNDETECTABLE
from tests.support.books import find_failed_checks
from tests.support.file_scoped_shop import file_scoped

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,
    pytest.mark.no_lock_check,  # mutations take no locks
]

DOCS = Path(__file__).resolve().parents[4] / "docs" / "books.md"
SAMPLE = 8

TABLES: dict[str, dict[str, Mutation]] = {
    "sales": of_sales.OF_SALES,
    "lines": of_sales.OF_LINES,
    "ages": of_ages.OF_AGES,
    "tenders": of_money.OF_TENDERS,
    "confirmations": of_money.OF_CONFIRMATIONS,
    "corrections": of_money.OF_CORRECTIONS,
    "part payments": of_part_payments.OF_PART_PAYMENTS,
    "shifts": of_shifts.OF_SHIFTS,
    "cash movements": of_shifts.OF_MOVEMENTS,
    "counts": of_shifts.OF_COUNTS,
    "Z reports": of_shifts.OF_Z_REPORTS,
    "documents": of_the_chain.OF_DOCUMENTS,
    "tills": of_the_chain.OF_TILLS,
    "points": of_ledgers.OF_POINTS,
    "history": OF_HISTORY,
    "stock": of_ledgers.OF_STOCK,
    "baskets": of_ledgers.OF_BASKETS,
    "audit trail": of_the_trail.OF_THE_TRAIL,
    "approvals": of_approvals.OF_APPROVALS,
    "devices": of_devices.OF_DEVICES,
    "deposits": of_deposits.OF_DEPOSITS,
    "vouchers": of_vouchers.OF_VOUCHERS,
    "hours of shifts": of_figures.OF_HOURS,
    "taxes of shifts": of_figures.OF_TAXES,
    "tenders of shifts": of_figures.OF_TENDERS_OF_SHIFTS,
    "reasons of shifts": of_figures.OF_REASONS,
    "acts of shifts": of_figures.OF_ACTS,
    "products": of_figures.OF_PRODUCTS,
}


def _make_and_unguard() -> None:
    make_busy_shop()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(UNGUARD)


file_scoped_shop = file_scoped(_make_and_unguard)


@pytest.fixture(autouse=True)
def _shop(file_scoped_shop: None, db: None) -> None:
    """The busy shop, without constraints and triggers."""


def found_after(statements: tuple[str, ...]) -> set[str]:
    """Return the checks that find something after the statements."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            changed = 0
            for statement in statements:
                cursor.execute(statement)
                changed += max(0, cursor.rowcount)
        assert changed, f"change nothing: {statements}"
        found = {sentence.split()[0] for sentence in find_failed_checks()}
        transaction.set_rollback(True)
    return found


def missed(mutations: dict[str, Mutation]) -> dict[str, set[str]]:
    """Return the checks that should have found each and did not."""
    left = {
        name: set(mutation.checks) - found_after(mutation.statements)
        for name, mutation in mutations.items()
    }
    return {name: checks for name, checks in left.items() if checks}


def test_nothing_is_wrong_with_the_shop_itself():
    assert find_failed_checks() == []


def test_a_sample_of_all_is_found():
    every = {
        f"{table}: {name}": mutation
        for table, mutations in TABLES.items()
        for name, mutation in mutations.items()
    }

    assert missed(dict(list(every.items())[::SAMPLE])) == {}
    assert len(every) > 250


@pytest.mark.exhaustive
@pytest.mark.parametrize("table", TABLES)
def test_every_mutation_is_found(table):
    assert missed(TABLES[table]) == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("sentence", UNDETECTABLE)
def test_nothing_contradicts_what_only_one_row_says(sentence):
    assert found_after(UNDETECTABLE[sentence]) == set()


def test_the_page_lists_what_is_undetectable():
    page = DOCS.read_text(encoding="utf-8")
    section = page.split("## What no row can witness")[1].split("\n## ")[0]
    listed = re.findall(r"^\* \*\*(.+?)\*\*", section, re.MULTILINE | re.DOTALL)

    assert [" ".join(words.split()) for words in listed] == list(UNDETECTABLE)
