"""Fiscal text: the canonical text of a document, and its place in the chain.

The text holds every fiscal field, so that none can change without breaking the
hash, and no personal data, so that erasing a person breaks none.
"""

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal

from pos.models import Company, Till
from sales.models import Sale, SaleLine, Shift, Tender, ZReport

CHAIN_START = "0" * 64


def chain_hash(previous_hash: str, text: str) -> str:
    """Return SHA-256 of the previous hash and the text, hexadecimal."""
    return hashlib.sha256(f"{previous_hash}{text}".encode()).hexdigest()


def sale_text(
    *,
    sale: Sale,
    till: Till,
    chain_no: int,
    lines: Sequence[SaleLine],
    tenders: Sequence[Tender],
) -> str:
    """Return the canonical JSON of a finalized sale: keys sorted, no spaces.

    Amounts are strings at three places, times ISO 8601 in UTC. The tax date is named
    only where it is not the business date.
    """
    company: Company = till.company
    assert sale.finalized_at is not None
    assert sale.business_date is not None
    document: dict[str, object] = {
        **_letterhead(till),
        "cashier": str(sale.cashier.uid),
        "chain_no": chain_no,
        "kind": sale.kind,
        "number": sale.receipt_number,
        "original": sale.original.receipt_number if sale.original else "",
        "approved_by": str(sale.approved_by.uid) if sale.approved_by else "",
        "uid": str(sale.uid),
        "at": sale.finalized_at.isoformat(),
        "business_date": sale.business_date.isoformat(),
        "currency": company.currency,
        "prices_include_tax": sale.prices_include_tax,
        "tax_basis": sale.tax_rounding,
        "total": _amount(sale.total),
        "net": _amount(sale.net_total),
        "discount": [
            f"{sale.discount_rate:.5f}",
            _amount(sale.discount_amount),
        ],
        "points": [sale.points_redeemed, _amount(sale.points_value)],
        "rounding": _amount(sale.rounding),
        "lines": [_line(line) for line in lines],
        "tenders": [
            [
                tender.kind,
                _amount(tender.tendered),
                _amount(tender.change),
                tender.reference,
                tender.is_pending,
                tender.is_alternative_method,
            ]
            for tender in tenders
        ],
    }
    if sale.tax_date != sale.business_date:
        document["tax_date"] = str(sale.tax_date)
    return _canonical(document)


def z_report_text(
    *,
    z_report: ZReport,
    shift: Shift,
    till: Till,
    chain_no: int,
    pieces: dict[str, int],
) -> str:
    """Return the canonical JSON of a Z report, with every figure on it."""
    assert shift.closed_at is not None
    assert shift.closed_by is not None
    approved_by = shift.approved_by
    return _canonical(
        {
            **_letterhead(till),
            "cashier": str(shift.cashier.uid),
            "closed_by": str(shift.closed_by.uid),
            "approved_by": str(approved_by.uid) if approved_by else "",
            "variance_reason": shift.variance_reason,
            "chain_no": chain_no,
            "kind": "z_report",
            "number": z_report.report_number,
            "uid": str(shift.uid),
            "opened_at": shift.opened_at.isoformat(),
            "closed_at": shift.closed_at.isoformat(),
            "business_date": shift.business_date.isoformat(),
            "currency": till.company.currency,
            "pieces": pieces,
            "figures": z_report.figures,
        }
    )


def _letterhead(till: Till) -> dict[str, object]:
    """Return the names of company, outlet and till at that time."""
    company: Company = till.company
    outlet = till.outlet
    return {
        "company": [company.code, company.name, company.registration_number],
        "gst": [company.gst_number, str(company.gst_registered_on or "")],
        "address": outlet.address or company.address,
        "phone": outlet.phone or company.phone,
        "header": company.receipt_header,
        "footer": company.receipt_footer,
        "outlet": [outlet.code, outlet.name],
        "till": [till.code, till.name],
    }


def _canonical(document: dict[str, object]) -> str:
    return json.dumps(
        document, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def _line(line: SaleLine) -> list[object]:
    """Return the line's fields; a refund's line ends with its original's position."""
    fields = [
        line.position,
        line.sku,
        line.name,
        line.second_name,
        line.unit,
        _amount(line.quantity),
        _amount(line.unit_price),
        line.tax_code,
        f"{line.tax_rate:.5f}",
        _amount(line.total),
        _amount(line.net_total),
        _amount(line.list_amount),
        _amount(line.line_discount),
        _amount(line.sale_discount),
        _amount(line.points_discount),
        line.is_restocked,
    ]
    if line.original_line is not None:
        fields.append(line.original_line.position)
    return fields


def _amount(value: Decimal) -> str:
    return f"{value:.3f}"
