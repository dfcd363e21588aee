"""Limits: amounts so large that they were mistyped or scanned; pure."""

from decimal import Decimal

from pos.core.currencies import CASH
from sales.cash.errors import AmountTooLargeError

# Change of ten times the largest note, or more, comes from a mistyped amount. Larger
# notes than those in use are still legal tender: a S$1,000 note pays for S$120.
NOTES_OF_CHANGE = 10


# The most that is typed as one amount where nothing else says what it may be: an open
# price, cash put in or taken out, a float, a count.
NOTES_TYPED = 1000


# The same in the smallest unit of a currency whose notes are not known: large enough
# for every sale, and too small for a barcode of thirteen digits to pass as cash.
UNKNOWN_CHANGE = Decimal(1_000_000_000)


UNKNOWN_TYPED = Decimal(1_000_000_000_000)


def change_limit(*, currency: str, places: int) -> Decimal:
    """Return the change from which on the cash received must have been mistyped.

    >>> change_limit(currency="SGD", places=2), change_limit(currency="IQD", places=3)
    (Decimal('1000'), Decimal('1000000.000'))
    """
    cash = CASH.get(currency)
    return cash.largest * NOTES_OF_CHANGE if cash else UNKNOWN_CHANGE.scaleb(-places)


def typed_max(*, currency: str, places: int) -> Decimal:
    """Return the most that is typed on purpose; more was mistyped, or scanned.

    >>> typed_max(currency="SGD", places=2), f"{typed_max(currency='IRR', places=2):,}"
    (Decimal('100000'), '10,000,000,000.00')
    """
    cash = CASH.get(currency)
    return cash.largest * NOTES_TYPED if cash else UNKNOWN_TYPED.scaleb(-places)


def validate_typed_amount(amount: Decimal, *, currency: str, places: int) -> None:
    """Refuse an amount that must have been mistyped, or scanned."""
    limit = typed_max(currency=currency, places=places)
    if amount > limit:
        raise AmountTooLargeError(limit=f"{limit:,.0f}")
