"""Changes: how a figure compares with that of an earlier period; pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure now and then.

    ``percent`` is None where there was nothing before: ``is_new`` says that there is
    something now.
    """

    now: Decimal
    before: Decimal

    @property
    def difference(self) -> Decimal:
        return self.now - self.before

    @property
    def is_new(self) -> bool:
        return not self.before and bool(self.now)

    @property
    def percent(self) -> Decimal | None:
        if not self.before:
            return None
        rate = self.difference * 100 / abs(self.before)
        return rate.quantize(TENTH, rounding=ROUND_HALF_UP)
