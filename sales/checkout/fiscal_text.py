"""Fiscal text: the canonical text of a document, and its place in the chain.

The text holds every fiscal field (``sales/models/fiscal_fields.py`` lists them), so
that none can change without breaking the hash, and no personal data, so that erasing a
person breaks none.
"""

import json
from collections.abc import Sequence

from pos.models import Company, Till
from sales.models import Sale, SaleLine, Shift, Tender, ZReport, fiscal_fields

# How a text is to be read. It begins with it.
VERSION = 1


def sale_text(
    *,
    sale: Sale,
    till: Till,
    chain_no: int,
    lines: Sequence[SaleLine],
    tenders: Sequence[Tender],
) -> str:
    """Return the canonical JSON of a finalized sale: keys sorted, no spaces.

    Amounts are strings at three places, times ISO 8601 in UTC. What is neutral of the
    optional fields is not said.
    """
    company: Company = till.company
    document: dict[str, object] = {
        **_letterhead(till),
        "chain_no": chain_no,
        "currency": company.currency,
        **{field.name: field.read(sale) for field in fiscal_fields.SALE.said},
        **fiscal_fields.SALE.read_optional(sale),
        "lines": [fiscal_fields.LINE.read_list(line) for line in lines],
        "tenders": [fiscal_fields.TENDER.read_list(tender) for tender in tenders],
    }
    if sale.original is not None and sale.total != sale.net_total:
        document["gst"] = _find_registration(sale.original, company)
    return write_canonical(document)


def _find_registration(original: Sale, company: Company) -> list[str]:
    """Return under which registration the tax that a refund gives back was charged.

    Where the company is no longer registered, that is the one on the original.
    """
    if company.gst_number:
        return _registration(company)
    document: dict[str, list[str]] = json.loads(original.fiscal_document.text)
    return document["gst"]


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
    return write_canonical(
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


def _registration(company: Company) -> list[str]:
    return [company.gst_number, str(company.gst_registered_on or "")]


def _letterhead(till: Till) -> dict[str, object]:
    """Return the names of company, outlet and till at that time."""
    company: Company = till.company
    outlet = till.outlet
    return {
        "company": [company.code, company.name, company.registration_number],
        "gst": _registration(company),
        "address": outlet.address or company.address,
        "phone": outlet.phone or company.phone,
        "header": company.receipt_header,
        "footer": company.receipt_footer,
        "outlet": [outlet.code, outlet.name],
        "till": [till.code, till.name],
    }


def write_canonical(document: dict[str, object]) -> str:
    """Return the text of a document: the version first, then its keys, sorted.

    >>> write_canonical({"b": 1, "a": "ä"})
    '{"v":1,"a":"ä","b":1}'
    """
    text = json.dumps(
        document, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return f'{{"v":{VERSION},{text[1:]}'
