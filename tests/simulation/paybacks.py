"""Paybacks: how a refund's money goes back, worked out a second time; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulation.arithmetic import VOUCHER, Rules, round_cash
from tests.simulation.model import PlainShop
from tests.simulation.rows import PlainLine, PlainSale

# A way to pay back, and how much; None is the rest.
Methods = Sequence[tuple[str, int | None]]

NO_LIMIT = 10**12


class Repayment(NamedTuple):
    kind: str
    amount: int
    is_alternative_method: bool


@dataclass(slots=True)
class RefundSettlement:
    """The money of a sale that the shop still has, and the value of the goods."""

    rules: Rules
    due: int
    worth: int
    is_last: bool = False
    kept: dict[str, int] = field(default_factory=dict)
    exchange_credit: int = 0
    by_voucher: int = 0

    @classmethod
    def of(
        cls,
        shop: PlainShop,
        original: PlainSale,
        lines: Sequence[PlainLine],
        *,
        is_last: bool,
    ) -> "RefundSettlement":
        refunds = [r for r in shop.sales.values() if r.original == original.uid]
        due = original.due + sum(refund.due for refund in refunds)
        total = -sum(line.priced.total + line.deposit for line in lines)
        paying = cls(shop.rules, due, due if is_last else min(total, due), is_last)
        for sale in (original, *refunds):
            for tender in sale.tenders:
                if not tender.is_alternative_method and not tender.is_on_its_way:
                    # What was corrected to cash goes back as it was recorded.
                    is_cash = tender.kind == "cash"
                    is_believed = not is_cash or tender.kinds[0] == VOUCHER
                    kind = tender.kind if is_believed else tender.kinds[0]
                    paying._keep(kind, tender.amount)
        paying.by_voucher = paying._share_of_vouchers(lines)
        return paying

    def _share_of_vouchers(self, lines: Sequence[PlainLine]) -> int:
        """What vouchers may have paid of it, and never in another way."""
        kept = max(self.kept.get(VOUCHER, 0), 0)
        payable = -sum(
            line.priced.total + line.deposit * self.rules.vouchers_pay_deposits
            for line in lines
            if line.product.takes_vouchers
        )
        least = self.worth - max(self.due - kept, 0)
        return min(kept, max(min(payable, self.worth), least))

    @classmethod
    def without_receipt(cls, rules: Rules, total: int) -> "RefundSettlement":
        """How it was paid is not known, so that every kind is accepted."""
        kept = dict.fromkeys(set(rules.accepted) - {VOUCHER}, NO_LIMIT)
        return cls(rules, NO_LIMIT, total, kept=kept)

    def _keep(self, kind: str, amount: int) -> None:
        self.kept[kind] = self.kept.get(kind, 0) + amount

    def settle(self, methods: Methods, kinds: Collection[str]) -> str | list[Repayment]:
        """What goes back in which way; or the code of what is wrong with it."""
        if any(kind not in kinds for kind, _ in methods):
            return "unknown_tender"
        if any(amount is not None and amount <= 0 for _, amount in methods):
            return "invalid_amount"
        vouchers = [amount for kind, amount in methods if kind == VOUCHER]
        methods = [(kind, amount) for kind, amount in methods if kind != VOUCHER]
        if any(amount not in {None, self.by_voucher} for amount in vouchers):
            return "refund_tenders_differ"
        if vouchers and not self.by_voucher:
            return "voucher_refund"
        if self.by_voucher and methods and self._rest <= 0:
            return "voucher_refund"
        settled = self._settle_rest(methods or self._as_paid())
        if isinstance(settled, str) or not self.by_voucher:
            return settled
        return [Repayment(VOUCHER, self.by_voucher, False), *settled]

    @property
    def _rest(self) -> int:
        """What goes back besides vouchers."""
        return self.worth - self.exchange_credit - self.by_voucher

    def _settle_rest(self, methods: Methods) -> str | list[Repayment]:
        amounts = self._amounts(methods)
        return (
            "refund_tenders_differ"
            if amounts is None
            else self._split(methods, amounts)
        )

    def _amounts(self, methods: Methods) -> list[int] | None:
        """The amount of each; None where they do not come to what is due."""
        rest = self._rest
        in_cash = [amount or 0 for kind, amount in methods if kind == "cash"]
        elsewhere = [amount or 0 for kind, amount in methods if kind != "cash"]
        open_kind = next((kind for kind, amount in methods if amount is None), "")
        other, cash = sum(elsewhere), sum(in_cash)
        if open_kind not in {"", "cash"}:
            other = rest - cash
        if other > rest or (other < rest and not in_cash):
            return None
        coins = self._cash(rest - other, other) if in_cash else 0
        if coins != cash and open_kind != "cash":
            return None
        left = other + coins - sum(elsewhere) - cash
        if left < 0:
            return None
        return [left if amount is None else amount for _, amount in methods]

    def _as_paid(self) -> Methods:
        methods: list[tuple[str, int | None]] = []
        rest = self._rest
        for kind, kept in self.kept.items():
            amount = min(kept, rest)
            if kind not in {"cash", "exchange", VOUCHER} and amount > 0:
                methods.append((kind, amount))
                rest -= amount
        return [*methods, ("cash", None)] if rest > 0 else methods

    def _cash(self, one: int, other: int) -> int:
        """The coins for this one, and never more than the shop has."""
        if one <= 0:
            return 0
        in_cash = max(self.kept.get("cash", 0), 0)
        exact = in_cash if self.is_last and one >= in_cash else 0
        cash = exact + round_cash(one - exact, self.rules)
        # Not out of what vouchers paid, now or later.
        of_vouchers = max(self.kept.get(VOUCHER, 0), 0)
        most = self.due - of_vouchers - self.exchange_credit - other
        if one <= in_cash:
            most = min(most, in_cash)
        if cash <= most:
            return cash
        step = self.rules.step
        return most // step * step if step else most

    def _split(self, methods: Methods, amounts: list[int]) -> list[Repayment]:
        """Split what goes back as it was paid from what goes back otherwise."""
        repayments = []
        left = {kind: max(kept, 0) for kind, kept in self.kept.items()}
        for (kind, _), amount in zip(methods, amounts, strict=True):
            as_paid = min(amount, left.get(kind, 0))
            left[kind] = left.get(kind, 0) - as_paid
            repayments.append(Repayment(kind, as_paid, is_alternative_method=False))
            repayments.append(
                Repayment(kind, amount - as_paid, is_alternative_method=True)
            )
        return [one for one in repayments if one.amount]
