"""Added: what came into the books since the last proof that found nothing.

A proof that found nothing notes, for each till, the number and the hash of the last
link of its chain, and for each table the last id. What it read up to there stays
proven as long as that link is there: the hash is of every document before it. The
next run reads what came since: the links after that one, the sales and shifts that
got any row, and all balances. Rows before it that were changed are not read again:
triggers refuse such a change, and a run of everything finds it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import ForeignKey, Model

from pos.models import Company
from sales.books.check import Added, Link
from sales.books.companies import list_owned_models, list_tables
from sales.models import BooksProof, Sale, SaleLine, Shift, Tender

# An id is given before its row is committed. Whatever a finalization writes is found
# by its document; other rows that were on their way are found as long as no more
# than so many of the table overtook them.
OVERTAKEN_MAX = 1_000
# Voids and closes change a row that was there: they are found by their time.
CLOCKS_DIFFER_MAX = timedelta(days=1)

# How rows that name this table lead to their sale.
_TO_SALE: dict[type[Model], str] = {
    Sale: "own.{column}",
    SaleLine: "(SELECT sale_id FROM sales_saleline part WHERE part.id = own.{column})",
    Tender: "(SELECT sale_id FROM sales_tender part WHERE part.id = own.{column})",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the books were read by a run that found nothing."""

    at: datetime
    links: Mapping[int, Link]
    rows: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return {"links": self.links, "rows": self.rows}

    @classmethod
    def of(cls, proof: BooksProof) -> "Mark":
        links, rows = proof.proven["links"], proof.proven["rows"]
        return cls(
            proof.proven_at,
            {int(till): (number, own) for till, (number, own) in links.items()},
            rows,
        )


def find_last_mark(companies: Collection[Company]) -> Mark | None:
    """Return how far all of the companies' books were proven; None if some never were.

    Each company's proofs are its own: of each the last one counts.
    """
    marks = []
    for company in companies:
        proof = BooksProof.objects.proven().filter(company=company).first()
        if proof is None:
            return None
        marks.append(Mark.of(proof))
    if not marks:
        return None
    tables = set.intersection(*(set(mark.rows) for mark in marks))
    return Mark(
        at=min(mark.at for mark in marks),
        links={till: link for mark in marks for till, link in mark.links.items()},
        rows={table: min(mark.rows[table] for mark in marks) for table in tables},
    )


def make_mark(company_id: int, *, at: datetime) -> Mark:
    """Return how far the company's books go in this snapshot."""
    links: dict[int, Link] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT till.id, link.chain_no, link.hash FROM pos_till till"
            " JOIN sales_fiscaldocument link ON link.company_id = till.company_id"
            " AND link.till_id = till.id AND link.chain_no = till.last_chain_no"
            " WHERE till.company_id = %s",
            [company_id],
        )
        for till_id, chain_no, own in cursor.fetchall():
            links[till_id] = (chain_no, own)
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', coalesce(max(id), 0) FROM {table}"  # noqa: S608
                for table in list_tables()
            )
        )
        return Mark(at, links, dict(cursor.fetchall()))


def find_added(
    mark: Mark, companies: Collection[Company], *, overtaken_max: int = OVERTAKEN_MAX
) -> Added:
    """Return what was added to the companies' books since the mark.

    Inside the snapshot of the run. Of other companies there may be some, too.
    """
    rows = {table: max(0, last - overtaken_max) for table, last in mark.rows.items()}
    since = mark.at - CLOCKS_DIFFER_MAX
    sales = _select(_query_new_sales(rows), since=since)
    sales |= _find_linked_sales(mark, companies)
    sales |= _find_related_sales(sales)
    shifts = _select(_query_new_shifts(rows), since=since, sales=sales)
    return Added(tuple(sorted(sales)), tuple(sorted(shifts)), rows, mark.links)


def _query_new_sales(rows: Mapping[str, int]) -> Iterable[str]:
    """Yield statements for sales that got a row, are unfinished, or were voided.

    And those with a finding that somebody explained: whether it is still the same.
    """
    yield (
        "SELECT sale.id FROM sales_findingexplanation known JOIN sales_sale sale"
        " ON sale.company_id = known.company_id"
        " AND sale.receipt_number = rtrim(split_part(known.offender, ' ', 1), ':')"
    )
    yield "SELECT id FROM sales_sale WHERE status IN ('open', 'parked')"
    yield (
        "SELECT id FROM sales_sale WHERE status = 'voided' AND voided_at >= %(since)s"
    )
    yield f"SELECT id FROM sales_sale WHERE id > {rows.get('sales_sale', 0)}"  # noqa: S608
    for model, field in _list_foreign_keys():
        if path := _TO_SALE.get(field.related_model):
            yield _query_new_rows(model, path.format(column=field.column), rows)
    for model in list_owned_models():
        if any(field.name == "source" for field in model._meta.fields):
            path = (
                "(SELECT sale.id FROM sales_sale sale WHERE"
                " sale.company_id = own.company_id AND sale.uid = own.source)"
            )
            yield _query_new_rows(model, path, rows)


def _query_new_shifts(rows: Mapping[str, int]) -> Iterable[str]:
    """Yield statements for shifts that got a row or a sale, are open or were closed."""
    yield "SELECT id FROM sales_shift WHERE closed_at IS NULL"
    yield "SELECT id FROM sales_shift WHERE closed_at >= %(since)s"
    yield f"SELECT id FROM sales_shift WHERE id > {rows.get('sales_shift', 0)}"  # noqa: S608
    yield "SELECT shift_id FROM sales_sale WHERE id = ANY (%(sales)s)"
    for model, field in _list_foreign_keys():
        if field.related_model is Shift:
            yield _query_new_rows(model, f"own.{field.column}", rows)


def _list_foreign_keys() -> Iterable[tuple[type[Model], ForeignKey]]:
    for model in list_owned_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                yield model, field


def _query_new_rows(model: type[Model], path: str, rows: Mapping[str, int]) -> str:
    table = model._meta.db_table
    return (
        f"SELECT DISTINCT {path} FROM {table} own"  # noqa: S608  our own tables
        f" WHERE own.id > {rows.get(table, 0)}"
    )


def _find_linked_sales(mark: Mark, companies: Collection[Company]) -> set[int]:
    """Return the sales of the documents after each till's last proven link."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, company_id, last_chain_no FROM pos_till"
            " WHERE company_id = ANY (%s)",
            [[company.pk for company in companies]],
        )
        for till_id, company_id, last_chain_no in cursor.fetchall():
            chain_no, _ = mark.links.get(till_id, (0, ""))
            if last_chain_no > chain_no:
                cursor.execute(
                    "SELECT sale_id FROM sales_fiscaldocument WHERE company_id = %s"
                    " AND till_id = %s AND chain_no > %s AND sale_id IS NOT NULL",
                    [company_id, till_id, chain_no],
                )
                found |= {sale_id for (sale_id,) in cursor.fetchall()}
    return found


def _find_related_sales(sales: set[int]) -> set[int]:
    """Return what belongs to one act with them: originals, refunds, exchanges."""
    found = _select(
        [
            "SELECT original_id FROM sales_sale WHERE id = ANY (%(sales)s)",
            "SELECT exchanged_for_id FROM sales_sale WHERE id = ANY (%(sales)s)",
        ],
        sales=sales,
    )
    return found | _select(
        [
            "SELECT id FROM sales_sale WHERE original_id = ANY (%(sales)s)",
            "SELECT id FROM sales_sale WHERE exchanged_for_id = ANY (%(sales)s)",
        ],
        sales=sales | found,
    )


def _select(statements: Iterable[str], **values: set[int] | datetime) -> set[int]:
    """Return the ids that any of the statements finds."""
    given: dict[str, Any] = {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in values.items()
    }
    found: set[int] = set()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, given)
            found |= {key for (key,) in cursor.fetchall() if key is not None}
    return found
