"""Plan: what a refund comes to and how its money goes back; nothing is written.

Goods come from a receipt or from the catalogue, and perhaps go towards new ones.
From there on there is one plan: a preview shows it, and a refund writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pos.core.money import ZERO, format_plain
from pos.models import Company
from pos.models.voucher import name_kind
from sales.cash.rounding import cash_rule
from sales.checkout.errors import UnknownTenderError, VoucherNotHereError
from sales.checkout.voucher_limits import Vouchers
from sales.checkout.vouchers import fold_number
from sales.models import SaleLine
from sales.refunds.request import ShownRefund
from sales.refunds.settlement import (
    RefundableMoney,
    RefundSettlement,
    RefundTender,
    name_tenders,
    settle_refund,
    share_vouchers,
)


@dataclass(frozen=True, slots=True)
class ReturnedGoods:
    """Goods that come back, priced; ``lines`` are the refund's, below zero, unsaved.

    ``money`` is what the shop has to pay them back from, ``vouchers`` what of them
    vouchers may have paid, and ``is_last`` whether nothing is left to come back
    afterwards. ``left`` is what remains of the
    original, and ``points_returned`` how many points had paid for the goods.
    """

    lines: list[SaleLine] = field(default_factory=list)
    money: RefundableMoney = RefundableMoney(ZERO)
    is_last: bool = False
    left: Decimal = ZERO
    points_returned: int = 0
    has_receipt: bool = True
    vouchers: Vouchers = Vouchers()

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), ZERO)

    @property
    def deposits(self) -> Decimal:
        """The deposits on their containers, which go back beside the total."""
        return sum((line.deposit for line in self.lines), ZERO)

    @property
    def payable(self) -> Decimal:
        """What goes back for them, before cash is rounded: below zero."""
        return self.total + self.deposits

    @property
    def tax(self) -> Decimal:
        """The tax in what they come to, above zero."""
        return sum((line.net_total - line.total for line in self.lines), ZERO)

    @property
    def worth(self) -> Decimal:
        """What the goods are worth to the customer, before cash is rounded."""
        return self.money.worth(-self.payable, is_last=self.is_last)

    def share_vouchers(self, tenders: Sequence[RefundTender]) -> dict[str, Decimal]:
        """What of it goes back by each kind of voucher, and towards no new goods."""
        return share_vouchers(
            self.worth, money=self.money, vouchers=self.vouchers, tenders=tenders
        )


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """What a refund will write.

    ``exchange_credit`` goes towards the new sale of an exchange. ``tenders`` are those
    asked for, with the way of each named. ``passed`` are the actor's limits that
    somebody else agreed to pass, once the refund is approved.
    """

    goods: ReturnedGoods = ReturnedGoods()
    settlement: RefundSettlement = RefundSettlement(ZERO)
    tenders: Sequence[RefundTender] = ()
    exchange_credit: Decimal = ZERO
    passed: Sequence[str] = ()

    @property
    def shown(self) -> ShownRefund:
        """What a preview of it promises."""
        amounts = self.settlement.by_kind.items()
        return ShownRefund(
            self.settlement.due,
            self.goods.tax,
            " ".join(f"{kind}={format_plain(amount)}" for kind, amount in amounts),
        )

    @property
    def rounding(self) -> Decimal:
        """The rounding of the original, which any way of paying gives back."""
        return -self.settlement.due - self.goods.payable

    @property
    def paid_back(self) -> Decimal:
        """What is handed over, above zero: the amount due less the exchange credit."""
        return self.settlement.due - self.exchange_credit

    @property
    def needs_approval(self) -> bool:
        """Whether somebody answers for it: another way of paying, or no receipt."""
        return self.settlement.is_alternative_method or not self.goods.has_receipt


def plan_refund(
    goods: ReturnedGoods,
    *,
    company: Company,
    tenders: Sequence[RefundTender],
    new_goods_total: Decimal = ZERO,
) -> RefundPlan:
    """Work out how the money for these goods goes back.

    ``new_goods_total`` is what is to be paid for the new goods of an exchange: up to
    this amount nothing is paid back, but for what was paid by vouchers. These are
    taken again for the new goods, which they may not all pay for.

    Raises UnknownTenderError, InvalidAmountError, RefundTendersDifferError,
    VoucherRefundError or VoucherNotHereError.
    """
    tenders = name_tenders(tenders, goods.money)
    payable = {*company.accepted_tenders, *goods.money.kinds_paid}
    for tender in tenders:
        if tender.kind not in payable and not tender.is_as_paid:
            raise UnknownTenderError(kind=tender.kind)
    by_voucher = goods.share_vouchers(tenders)
    credit = max(goods.worth - sum(by_voucher.values(), ZERO), ZERO)
    exchange_credit = min(credit, new_goods_total)
    settlement = settle_refund(
        -goods.payable,
        money=goods.money,
        is_last=goods.is_last,
        rule=cash_rule(company),
        tenders=tenders,
        exchange_credit=exchange_credit,
        by_voucher=by_voucher,
    )
    _require_own_numbers(settlement, goods.money, company=company)
    return RefundPlan(goods, settlement, tenders, exchange_credit)


def _require_own_numbers(
    settlement: RefundSettlement, money: RefundableMoney, *, company: Company
) -> None:
    """Refuse a voucher's number that the shop does not have of this very sale.

    Raises VoucherNotHereError.
    """
    for tender in settlement.tenders:
        kind, number = tender.kind, tender.reference
        if kind not in money.vouchers or not number:
            continue
        if (kind, fold_number(number)) not in money.numbers_held:
            name = name_kind(kind, company)
            raise VoucherNotHereError(voucher=name, reference=number)
