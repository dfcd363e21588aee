"""Preview of an exchange: what its pages show beyond the plan; nothing is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

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
from sales.checkout.vouchers import VoucherWay, is_voucher
from sales.models import Sale, SaleLine
from sales.refunds.equal_goods import NewGoods
from sales.refunds.handover import (
    Handed,
    list_given_back,
    list_planned,
    list_taken,
    net_vouchers,
)
from sales.refunds.preview import (
    Preview,
    RefundMethod,
    list_refund_methods,
    preview_return,
)
from sales.refunds.request import RefundRequest
from sales.refunds.rows import Original


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
    taken: Sequence[TenderInput] = ()

    @property
    def refund_due(self) -> Decimal:
        """What is paid back besides the new goods, in the way that was chosen."""
        return self.preview.plan.paid_back

    @property
    def by_voucher(self) -> list[Handed]:
        """What vouchers paid of the goods that come back: it goes back by them."""
        return [handed for handed in self._planned if is_voucher(handed.kind)]

    @property
    def goes_back(self) -> list[Handed]:
        """What is handed over after what was taken so far: all, or the rest of it."""
        given, _taken = net_vouchers(self._planned, list_taken(self.taken))
        return given

    @property
    def handed_over(self) -> Decimal:
        return sum((handed.amount for handed in self.goes_back), ZERO)

    def mark_ways(self, ways: Iterable[VoucherWay]) -> list[VoucherWay]:
        """Return the ways to pay by voucher, with what goes back by each of them."""
        back = {handed.kind: handed for handed in self.goes_back}
        return [
            replace(way, back=back[way.kind].amount, back_number=back[way.kind].number)
            if way.kind in back
            else way
            for way in ways
        ]

    @property
    def _planned(self) -> list[Handed]:
        return list_planned(self.preview.plan.settlement.tenders)

    @property
    def only_gives_back(self) -> bool:
        """Whether nothing is to be paid, and something is handed over."""
        is_paid = not self.left.amount and not self.left.in_cash
        return is_paid and bool(self.goes_back)

    @property
    def cash_sums(self) -> list[tuple[Decimal, Decimal]]:
        """The likely cash sums for the rest, with their change.

        None where a voucher goes back: it may pay, on the payment screen.
        """
        exact = self.left.in_cash
        if not exact or not self.takes_cash or self.by_voucher:
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
        taken=taken,
    )


def _lines_of(sale: Sale) -> list[SaleLine]:
    """Return the basket's lines, without a query where its page has loaded them."""
    if sale.pk is None:
        return []
    loaded: list[SaleLine] | None = getattr(sale, "basket_lines", None)
    if loaded is not None:
        return loaded
    return list(sale.lines.active().order_by("position"))


@dataclass(frozen=True)
class ExchangeResult:
    """What changes hands after an exchange; amounts are above zero."""

    refund: Sale
    sale: Sale

    @cached_property
    def _netted(self) -> tuple[list[Handed], list[Handed]]:
        paid = list_taken(self.sale.tenders.all())
        return net_vouchers(list_given_back(self.refund), paid)

    @property
    def paid(self) -> list[Handed]:
        """What was taken besides the goods that came back."""
        return self._netted[1]

    @property
    def back(self) -> list[Handed]:
        """What is given, without the change of what was paid in cash."""
        return self._netted[0]

    @property
    def handed_over(self) -> list[Handed]:
        """All that is given, the change too."""
        if not self.change:
            return self.back
        others = [handed for handed in self.back if handed.kind != CASH]
        return [*others, Handed(CASH, self.in_cash)]

    @property
    def given_back(self) -> Decimal:
        return sum((handed.amount for handed in self.handed_over), ZERO)

    @property
    def change(self) -> Decimal:
        return sum((tender.change for tender in self.sale.tenders.all()), ZERO)

    @property
    def in_cash(self) -> Decimal:
        """All that is given in cash."""
        back = (handed.amount for handed in self.back if handed.kind == CASH)
        return sum(back, self.change)

    @property
    def notes_and_coins(self) -> list[tuple[int, Decimal]]:
        """The notes and coins of all that is handed over in cash."""
        currency = self.sale.company.currency
        return split_into_denominations(self.in_cash, currency=currency)
