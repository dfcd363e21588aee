"""What an exchange comes to, either way, for the screen; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import Http404, QueryDict

from pos.models import StaffMember, Till
from sales.cash.rounding import cash_rule
from sales.checkout.settlement import Left, TenderInput, still_to_pay
from sales.models import Sale
from sales.refunds.forms import read_returns, returned_rows
from sales.refunds.plan import Original, kept_of
from sales.refunds.preview import (
    PaybackWay,
    Preview,
    chosen_paybacks,
    original_of,
    preview_of,
    ways_to_pay_back,
)
from sales.refunds.request import MAY_APPROVE


@dataclass(frozen=True, slots=True)
class Exchange:
    """``preview`` is what comes back; ``left`` what is still to pay for the new goods.

    At most one of ``left`` and ``gives_back`` is above zero. ``needs_approval`` says
    whether somebody else has to agree to the way in which money goes back.
    """

    original: Sale
    preview: Preview
    left: Left
    ways: list[PaybackWay]
    kind: str
    needs_approval: bool

    @property
    def gives_back(self) -> Decimal:
        """What is paid back besides the new goods, in the way that was chosen."""
        return self.preview.due - self.preview.bridged

    @property
    def way(self) -> PaybackWay:
        return next((way for way in self.ways if way.code == self.kind), self.ways[0])


def exchange_of(
    query: QueryDict,
    *,
    sale: Sale,
    till: Till,
    actor: StaffMember,
    taken: Sequence[TenderInput] = (),
) -> Exchange:
    """The exchange that an address describes, with this basket for the new goods.

    ``taken`` are the tenders so far. Raises what ``preview_of`` raises.
    """
    original = _original(query.get("original", ""), till)
    kept = kept_of(original.sale)
    kind = query.get("payback", "")
    preview = preview_of(
        original,
        read_returns(returned_rows(query)),
        kept=kept,
        paybacks=chosen_paybacks({"kind": kind, "reference": ""}, kept),
        goes_out=sale.total,
    )
    rule = cash_rule(till.company)
    return Exchange(
        original=original.sale,
        preview=preview,
        left=still_to_pay(sale.total - preview.bridged, taken, rule=rule),
        ways=ways_to_pay_back(kept, company=till.company, actor=actor),
        kind=kind,
        needs_approval=preview.is_alternative_method
        and not actor.has_perm(MAY_APPROVE),
    )


def _original(uid: str, till: Till) -> Original:
    try:
        original = original_of(Sale.objects.of_company(till.company_id), UUID(uid))
    except ValueError as error:
        raise Http404 from error
    if original is None:
        raise Http404
    return original
