"""Incremental: what came into the books since the last proof that found nothing.

A proof that found nothing notes the number and the hash of the last link of each
chain, those of the audit trail included, and for each table the last id. What it read
up to there stays proven as long as that link is there: the hash is of every document
before it. The next run reads what came since: the links after that one, the sales and
shifts that got any row, and all balances. Rows before it that were changed are not read
again: triggers refuse such a change, and a run of everything finds it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Field, ForeignKey, Model, UUIDField

from pos.models import Company
from sales.books.audit import read_audit_heads
from sales.books.check import AddedRows, Link, Scope
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
class Checkpoint:
    """How far the books were read by a run that found nothing."""

    at: datetime
    links: Mapping[int, Link]
    rows: Mapping[str, int]
    audits: Mapping[str, Link]

    def as_json(self) -> dict[str, Any]:
        return {"links": self.links, "rows": self.rows, "audits": self.audits}

    @classmethod
    def of(cls, proof: BooksProof) -> "Checkpoint":
        links, rows = proof.proven["links"], proof.proven["rows"]
        return cls(
            proof.proven_at,
            {int(till): (number, own) for till, (number, own) in links.items()},
            rows,
            {key: (no, own) for key, (no, own) in proof.proven["audits"].items()},
        )


def find_last_checkpoint(companies: Collection[Company]) -> Checkpoint | None:
    """Return how far all of the companies' books were proven; None if some never were.

    Each company's proofs are its own: of each the last one counts.
    """
    checkpoints = []
    for company in companies:
        proof = BooksProof.objects.proven().filter(company=company).first()
        if proof is None:
            return None
        checkpoints.append(Checkpoint.of(proof))
    if not checkpoints:
        return None
    tables = set.intersection(*(set(checkpoint.rows) for checkpoint in checkpoints))
    return Checkpoint(
        at=min(checkpoint.at for checkpoint in checkpoints),
        links={
            till: link
            for checkpoint in checkpoints
            for till, link in checkpoint.links.items()
        },
        rows={
            table: min(checkpoint.rows[table] for checkpoint in checkpoints)
            for table in tables
        },
        audits={
            key: link
            for checkpoint in checkpoints
            for key, link in checkpoint.audits.items()
        },
    )


def make_checkpoint(company_id: int, *, at: datetime) -> Checkpoint:
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
        rows = dict(cursor.fetchall())
    heads = read_audit_heads(Scope(company_id))
    audits = {key: (no, own) for key, (_, _, no, own) in heads.items() if no}
    return Checkpoint(at, links, rows, audits)


def find_added(
    checkpoint: Checkpoint,
    companies: Collection[Company],
    *,
    overtaken_max: int = OVERTAKEN_MAX,
) -> AddedRows:
    """Return what was added to the companies' books since the checkpoint.

    Inside the snapshot of the run. Of other companies there may be some, too.
    """
    rows = {
        table: max(0, last - overtaken_max) for table, last in checkpoint.rows.items()
    }
    since = checkpoint.at - CLOCKS_DIFFER_MAX
    sales = _select(_query_new_sales(rows), since=since)
    sales |= _find_linked_sales(checkpoint, companies)
    sales |= _find_related_sales(sales)
    shifts = _select(_query_new_shifts(rows), since=since, sales=sales)
    return AddedRows(
        tuple(sorted(sales)),
        tuple(sorted(shifts)),
        rows,
        checkpoint.links,
        checkpoint.audits,
    )


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
        if any(_is_source(field) for field in model._meta.fields):
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


def _is_source(field: Field) -> bool:
    """Whether it is the uid of what a row of a ledger was written for."""
    return field.name == "source" and isinstance(field, UUIDField)


def _query_new_rows(model: type[Model], path: str, rows: Mapping[str, int]) -> str:
    table = model._meta.db_table
    return (
        f"SELECT DISTINCT {path} FROM {table} own"  # noqa: S608  our own tables
        f" WHERE own.id > {rows.get(table, 0)}"
    )


def _find_linked_sales(
    checkpoint: Checkpoint, companies: Collection[Company]
) -> set[int]:
    """Return the sales of the documents after each till's last proven link."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, company_id, last_chain_no FROM pos_till"
            " WHERE company_id = ANY (%s)",
            [[company.pk for company in companies]],
        )
        for till_id, company_id, last_chain_no in cursor.fetchall():
            chain_no, _ = checkpoint.links.get(till_id, (0, ""))
            if last_chain_no > chain_no:
                cursor.execute(
                    "SELECT sale_id FROM sales_fiscaldocument WHERE company_id = %s"
                    " AND till_id = %s AND chain_no > %s AND sale_id IS NOT NULL",
                    [company_id, till_id, chain_no],
                )
                found |= {sale_id for (sale_id,) in cursor.fetchall()}
    return found


def _find_related_sales(sales: set[int]) -> set[int]:
    """Return what belongs to one act with them: originals, refunds, exchanges.

    And what belongs to one act with those: another refund of the same original may be
    half of an earlier exchange, which is only right together with its other half.
    """
    found: set[int] = set()
    new = sales
    while new:
        new = _select(
            [
                "SELECT original_id FROM sales_sale WHERE id = ANY (%(sales)s)",
                "SELECT exchanged_for_id FROM sales_sale WHERE id = ANY (%(sales)s)",
                "SELECT id FROM sales_sale WHERE original_id = ANY (%(sales)s)",
                "SELECT id FROM sales_sale WHERE exchanged_for_id = ANY (%(sales)s)",
            ],
            sales=new,
        )
        new -= sales | found
        found |= new
    return found


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
