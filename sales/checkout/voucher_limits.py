"""Voucher limits: how much vouchers of some kinds may pay for some goods; pure.

A voucher pays only for goods that its kind does not exclude, and for the deposits on
their containers only where its terms say so. Several kinds may pay for the same goods,
each part of them once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from pos.core.money import ZERO


@dataclass(frozen=True, slots=True)
class VoucherTerms:
    """What a kind of voucher is called, whether it pays for deposits, and is in use."""

    name: str
    pays_deposits: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class PayableGoods:
    """A line: its total, the deposits on it, and the kinds that do not pay for it."""

    total: Decimal
    deposit: Decimal = ZERO
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vouchers:
    """The terms of some kinds of vouchers by their code, and goods to pay with them."""

    terms: Mapping[str, VoucherTerms] = field(default_factory=dict)
    goods: Sequence[PayableGoods] = ()

    def find_most(self, kind: str, paid: Mapping[str, Decimal]) -> Decimal:
        """Return how much more a voucher of this kind may pay; below zero if too much.

        ``paid`` is what vouchers have paid already, by kind. Any set of kinds may pay
        at most what the goods come to that one of them pays for: where that holds for
        every set, the money can be dealt to the goods (Hall's theorem).
        """
        others = [other for other in paid if other != kind and paid[other]]
        return min(
            self._payable_by({kind, *some})
            - sum((paid.get(one, ZERO) for one in {kind, *some}), ZERO)
            for count in range(len(others) + 1)
            for some in combinations(others, count)
        )

    def _payable_by(self, kinds: Iterable[str]) -> Decimal:
        """Return what the goods come to that one of these kinds pays for."""
        total = ZERO
        for good in self.goods:
            payers = [kind for kind in kinds if kind not in good.excluded]
            if payers:
                total += good.total
            if any(self.terms[kind].pays_deposits for kind in payers):
                total += good.deposit
        return total
