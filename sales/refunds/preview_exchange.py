"""Preview of an exchange: what its pages show beyond the plan; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.money import ZERO
from pos.models import TenderKind
from sales.cash.denominations import split_into_denominations
from sales.cash.quick_sums import suggest_with_change
from sales.cash.rounding import CashRule, cash_rule
from sales.checkout.settlement import (
    CASH,
    AmountLeft,
    TenderInput,
    calculate_amount_left,
)
from sales.models import Sale, SaleLine, Tender
from sales.refunds.equal_goods import NewGoods
from sales.refunds.preview import (
    Preview,
    RefundMethod,
    list_refund_methods,
    preview_return,
)
from sales.refunds.request import RefundRequest
from sales.refunds.rows import Original
from sales.refunds.settlement import EXCHANGE


@dataclass(frozen=True, slots=True)
class Exchange:
    """``preview`` is what comes back; ``left`` what is still to pay for the new goods.

    Where both are above zero, ``refund_due`` is what vouchers paid of the goods that
    come back: that goes towards no new goods. ``needs_approval`` says whether somebody
    else has to agree to the way in which money goes back.
    """

    original: Sale
    preview: Preview
    left: AmountLeft
    methods: list[RefundMethod]
    method: RefundMethod
    rule: CashRule
    takes_cash: bool
    needs_approval: bool

    @property
    def refund_due(self) -> Decimal:
        """What is paid back besides the new goods, in the way that was chosen."""
        return self.preview.plan.paid_back

    @property
    def only_gives_back(self) -> bool:
        """Whether nothing is to be paid, and money goes back."""
        is_paid = not self.left.amount and not self.left.in_cash
        return is_paid and bool(self.refund_due)

    @property
    def cash_sums(self) -> list[tuple[Decimal, Decimal]]:
        """The likely cash sums for the rest, with their change."""
        exact = self.left.in_cash
        if not exact or not self.takes_cash:
            return []
        return suggest_with_change(
            exact, places=self.rule.places, scale=self.rule.scale
        )


def preview_exchange(
    request: RefundRequest,
    original: Original,
    *,
    kind: str,
    sale: Sale,
    taken: Sequence[TenderInput] = (),
) -> Exchange:
    """Plan the exchange of returned lines for the goods of this basket.

    ``kind`` is the way to pay back that was chosen; ``taken`` are the tenders so
    far. Raises what ``preview_return`` raises.
    """
    new_goods = NewGoods(sale, _lines_of(sale))
    preview = preview_return(request, original, new_goods=new_goods)
    company, actor = request.till.company, request.actor
    rule = cash_rule(company)
    methods = list_refund_methods(preview.money, company=company, actor=actor)
    # Nobody can say before whether the drawer holds as much.
    may_need_approval = company.allows_cash_below_zero and bool(preview.in_cash)
    return Exchange(
        original=original.sale,
        preview=preview,
        left=calculate_amount_left(
            sale.payable - preview.plan.exchange_credit, taken, rule=rule
        ),
        methods=methods,
        method=next((one for one in methods if one.code == kind), methods[0]),
        rule=rule,
        takes_cash=TenderKind.CASH in company.accepted_tenders,
        needs_approval=preview.needs_approval or may_need_approval,
    )


def _lines_of(sale: Sale) -> list[SaleLine]:
    """Return the basket's lines, without a query where its page has loaded them."""
    if sale.pk is None:
        return []
    loaded: list[SaleLine] | None = getattr(sale, "basket_lines", None)
    if loaded is not None:
        return loaded
    return list(sale.lines.active().order_by("position"))


@dataclass(frozen=True, slots=True)
class ExchangeResult:
    """What is handed over after an exchange; amounts are above zero."""

    refund: Sale
    sale: Sale

    @property
    def paid(self) -> list[Tender]:
        """The tenders of the new sale besides the goods that came back."""
        return [t for t in self.sale.tenders.all() if t.kind != EXCHANGE]

    @property
    def back(self) -> list[Tender]:
        return [t for t in self.refund.tenders.all() if t.kind != EXCHANGE]

    @property
    def given_back(self) -> Decimal:
        return -sum((tender.amount for tender in self.back), ZERO)

    @property
    def notes_and_coins(self) -> list[tuple[int, Decimal]]:
        """The notes and coins of all that is handed over in cash."""
        in_cash = sum((tender.change for tender in self.paid), ZERO)
        in_cash -= sum((t.amount for t in self.back if t.kind == CASH), ZERO)
        currency = self.sale.company.currency
        return split_into_denominations(in_cash, currency=currency)
