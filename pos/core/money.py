"""Money: rounding, net and gross, and sharing cents out; pure."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

ZERO = Decimal(0)
MINUS = "\N{MINUS SIGN}"

# The columns hold numeric(14, 3): eleven digits before the point.
MONEY_LIMIT = Decimal("1e11")


class CashRounding(StrEnum):
    """Which way a cash amount goes to a payable multiple of the coin step."""

    NEAREST = "nearest"
    DOWN = "down"
    NONE = "none"


class TaxRounding(StrEnum):
    """What tax is rounded on; IRAS permits either, used consistently."""

    LINE = "line"
    RATE_GROUP = "rate_group"


def round_money(amount: Decimal, *, places: int = 2) -> Decimal:
    """Round half away from zero to the currency's minor unit.

    >>> round_money(Decimal("2.345")), round_money(Decimal("1200.5"), places=0)
    (Decimal('2.35'), Decimal('1201'))
    >>> round_money(Decimal("-0.125"))
    Decimal('-0.13')
    """
    # Adding zero turns a rounded -0.00 into 0.00.
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + ZERO


def format_money(amount: Decimal, *, places: int) -> str:
    """An amount in the currency's minor unit, bare, as people read it.

    >>> format_money(Decimal("1234.5"), places=2), format_money(Decimal(-700), places=0)
    ('1,234.50', '−700')
    """
    text = f"{abs(amount):,.{places}f}"
    return f"{MINUS}{text}" if amount < 0 else text


def format_plain(number: Decimal) -> str:
    """A number in plain digits, without zeros at its end.

    >>> format_plain(Decimal("2.500")), format_plain(Decimal("1E+2"))
    ('2.5', '100')
    """
    return f"{number.normalize():f}"


def is_money(amount: Decimal, *, places: int) -> bool:
    """Whether the amount is finite, storable and whole in minor units."""
    # Compared, never negated: arithmetic on 1e9999999 overflows.
    return (
        amount.is_finite()
        and -MONEY_LIMIT < amount < MONEY_LIMIT
        and amount == round_money(amount, places=places)
    )


def tax_in(gross: Decimal, *, tax_rate: Decimal, places: int = 2) -> Decimal:
    """Return the tax inside a tax-inclusive amount.

    ``tax_rate`` is a fraction: 0.09 for 9 %. The tax is what is rounded; net is
    ``gross - tax_in(...)``, so that the two always make the price paid.

    >>> tax_in(Decimal("109.00"), tax_rate=Decimal("0.09"))
    Decimal('9.00')
    """
    return round_money(gross * tax_rate / (1 + tax_rate), places=places)


def tax_on(net: Decimal, *, tax_rate: Decimal, places: int = 2) -> Decimal:
    """Return the tax on top of an amount that is without it.

    >>> tax_on(Decimal("9.17"), tax_rate=Decimal("0.09"))
    Decimal('0.83')
    """
    return round_money(net * tax_rate, places=places)


def round_cash(amount: Decimal, *, step: Decimal, rounding: CashRounding) -> Decimal:
    """Return the multiple of ``step`` that is paid in cash for ``amount``.

    Symmetric about zero, so that a refund pays back what was paid. A step of
    zero leaves the amount as it is. Singapore rounds bills to 5 cents by the
    shop's own choice (MAS, 1-cent coins are no longer issued).

    >>> round_cash(Decimal("30.63"), step=Decimal("0.05"), rounding=CashRounding.DOWN)
    Decimal('30.60')
    """
    if rounding == CashRounding.NONE or not step:
        return amount
    mode = ROUND_DOWN if rounding == CashRounding.DOWN else ROUND_HALF_UP
    steps = (amount / step).quantize(Decimal(1), rounding=mode)
    return (steps * step).quantize(amount) + ZERO


def allocate(
    total: Decimal, weights: Sequence[Decimal], *, places: int = 2
) -> list[Decimal]:
    """Split ``total`` in proportion to the weights, to the minor unit.

    Largest remainder: every share is within one minor unit of its exact part,
    the shares add up to ``total``, and ties go to the lower position. All
    weights zero gives everything to the first. Weights are of one sign, and
    ``total`` is whole in minor units.

    >>> allocate(Decimal("10.00"), [Decimal(1), Decimal(1), Decimal(1)])
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    """
    if not weights:
        if total:
            raise ValueError("nothing to allocate to")
        return []
    unit = Decimal(1).scaleb(-places)
    units, rest = divmod(abs(total), unit)
    sizes = [abs(weight) for weight in weights]
    whole = sum(sizes, ZERO)
    if rest or abs(sum(weights, ZERO)) != whole:
        raise ValueError(
            "neither parts of a minor unit nor mixed signs can be allocated"
        )
    if not whole:
        sizes, whole = [Decimal(1), *sizes[1:]], Decimal(1)
    # Whole units and remainders, so that no quotient is rounded too early.
    parts = [divmod(units * size, whole) for size in sizes]
    missing = int(units - sum((share for share, _ in parts), ZERO))
    by_remainder = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
    gets_one_more = set(by_remainder[:missing])
    sign = -unit if total < 0 else unit
    return [
        (share + (i in gets_one_more)) * sign + ZERO
        for i, (share, _) in enumerate(parts)
    ]
