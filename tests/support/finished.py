"""Finished sales: what a finalization returns is what the database has."""

from django.db.models import Model

from sales.models import Sale
from sales.receipts.finished import load_finished


def assert_as_it_was_written(sale: Sale) -> None:
    """Compare a sale that was just finalized with what is read of it.

    Its document's key is not known before, and its customer's balance moves on.
    """
    read, _now = load_finished(sale.uid, company_id=sale.company_id)
    written, kept = _facts(sale), _facts(read)
    differ = {name: (written[name], kept[name]) for name in kept}
    differ = {name: pair for name, pair in differ.items() if pair[0] != pair[1]}
    assert not differ, differ


def _facts(sale: Sale) -> dict[str, object]:
    assert sale.is_complete
    return {
        "sale": _columns(sale),
        "lines": [_columns(line) for line in sale.receipt_lines],
        "tenders": [_columns(tender) for tender in sale.tenders.all()],
        "points": [_columns(entry) for entry in sale.points_entries],
        "document": _columns(sale.fiscal_document, "id"),
        "customer": _columns(sale.customer, "points_balance"),
        "till": (sale.till.pk, sale.till.outlet.pk, sale.till.outlet.company.pk),
        "cashier": str(sale.cashier),
    }


def _columns(row: Model | None, *left_out: str) -> dict[str, object]:
    if row is None:
        return {}
    names = {field.attname for field in row._meta.concrete_fields} - {*left_out}
    return {name: getattr(row, name) for name in names - row.get_deferred_fields()}
