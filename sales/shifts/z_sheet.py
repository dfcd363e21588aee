"""Z sheet: what a Z report shows on paper, at the till and in the back office."""

import json
from decimal import Decimal
from typing import Any

from sales.cash.denominations import sum_pieces
from sales.models import ZReport
from sales.shifts.figures import from_json


def paper_context(report: ZReport) -> dict[str, Any]:
    """Return everything on the paper, as the fiscal document has it."""
    document: dict[str, Any] = json.loads(report.fiscal_document.text)
    currency = document["currency"]
    return {
        "figures": from_json(report.figures),
        "shift": report.shift,
        "outlet": report.till.outlet,
        "company_name": document["company"][1],
        "address": document["address"],
        "gst_number": document["gst"][0],
        "outlet_name": document["outlet"][1],
        "till_name": document["till"][1],
        "pieces": [
            (face, number, sum_pieces({face: number}, currency=currency))
            for face, number in sorted(
                document["pieces"].items(), key=lambda row: -Decimal(row[0])
            )
            if number
        ],
        "head": report.fiscal_document.hash,
        "previous_head": report.fiscal_document.previous_hash,
    }
