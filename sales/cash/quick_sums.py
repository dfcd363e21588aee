"""Quick cash: the sums that a customer is likely to hand over; pure."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from pos.core.money import MONEY_LIMIT

# People pay with the next round sum above what is due.
ROUND_SUMS = (1, 2, 5, 10, 50, 100)
PREFERRED = (5, 10, 50)


def suggest_amounts(
    due: Decimal,
    *,
    places: int,
    scale: Decimal | None = None,
    steps: Sequence[int] = ROUND_SUMS,
    change_limit: Decimal = MONEY_LIMIT,
) -> list[Decimal]:
    """Return the next multiple of each step above what is due, without repeats.

    ``scale`` is what is about a dollar in the currency: 100 yen or forint. Without it,
    a currency without a minor unit is counted in hundreds. A sum whose change reaches
    the limit is left out.

    >>> [str(amount) for amount in suggest_amounts(Decimal("30.60"), places=2)]
    ['31', '32', '35', '40', '50', '100']
    """
    if scale is None:
        scale = Decimal(1 if places else 100)
    sums = []
    for step in steps:
        size = step * scale
        amount = ((due / size).to_integral_value(ROUND_FLOOR) + 1) * size
        if amount not in sums and amount - due < change_limit:
            sums.append(amount)
    return sorted(sums)


def suggest_three_amounts(
    due: Decimal, *, places: int, scale: Decimal | None = None
) -> list[Decimal]:
    """Return the three likeliest of these sums: fives, tens and fifties first.

    >>> [str(amount) for amount in suggest_three_amounts(Decimal("30.60"), places=2)]
    ['35', '40', '50']
    """
    sums = suggest_amounts(due, places=places, scale=scale, steps=PREFERRED)
    for amount in suggest_amounts(due, places=places, scale=scale):
        if len(sums) < 3 and amount not in sums:
            sums.append(amount)
    return sorted(sums)


def suggest_with_change(
    due: Decimal, *, places: int, scale: Decimal | None = None
) -> list[tuple[Decimal, Decimal]]:
    """Return the three likeliest sums with their change; none where nothing is due.

    >>> sums = suggest_with_change(Decimal("30.60"), places=2)
    >>> [(str(amount), str(change)) for amount, change in sums]
    [('35', '4.40'), ('40', '9.40'), ('50', '19.40')]
    """
    if not due:
        return []
    sums = suggest_three_amounts(due, places=places, scale=scale)
    return [(amount, amount - due) for amount in sums]
