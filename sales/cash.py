"""Notes and coins: handed over, given back and counted; pure."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

from pos.money import ZERO

# People pay with the next round sum above what is due.
ROUND_SUMS = (1, 2, 5, 10, 50, 100)
PREFERRED = (5, 10, 50)

# Notes and coins in use, the largest first (MAS; 1-cent coins are not issued).
NOTES_AND_COINS = {
    "SGD": tuple(
        Decimal(face)
        for face in ("100", "50", "10", "5", "2", "1", "0.50", "0.20", "0.10", "0.05")
    )
}

LARGEST_COIN = {"SGD": Decimal(1)}
# The largest note that is issued; of currencies that do not stand here it is not known.
LARGEST_NOTE = {
    "AUD": Decimal(100),
    "CNY": Decimal(100),
    "EUR": Decimal(200),
    "GBP": Decimal(50),
    "HKD": Decimal(1_000),
    "IDR": Decimal(100_000),
    "INR": Decimal(500),
    "JPY": Decimal(10_000),
    "KRW": Decimal(50_000),
    "MYR": Decimal(100),
    "NZD": Decimal(100),
    "PHP": Decimal(1_000),
    "THB": Decimal(1_000),
    "TWD": Decimal(2_000),
    "USD": Decimal(100),
    "VND": Decimal(500_000),
} | {currency: max(known) for currency, known in NOTES_AND_COINS.items()}
# Change that is ten times the largest note, or more, is a slip of the hand. Larger
# notes than those in use are still legal tender: a S$1,000 note pays for S$120.
NOTES_OF_CHANGE = 10
# The most that is typed as one amount where nothing else says what it may be: an open
# price, cash put in or taken out, a float, a count.
NOTES_TYPED = 1000
# The same in the smallest unit of a currency whose notes are not known: nobody is kept
# from selling, and a barcode of thirteen digits is not taken for cash.
UNKNOWN_CHANGE = Decimal(1_000_000_000)
UNKNOWN_TYPED = Decimal(1_000_000_000_000)
# Of one note or coin in a drawer; far above what any drawer holds.
PIECES_MAX = 99_999


def likely_sums(
    due: Decimal, *, places: int, steps: Sequence[int] = ROUND_SUMS
) -> list[Decimal]:
    """The next multiple of each step above what is due, without repeats.

    A currency without a minor unit is counted in hundreds.

    >>> [str(amount) for amount in likely_sums(Decimal("30.60"), places=2)]
    ['31', '32', '35', '40', '50', '100']
    """
    scale = 1 if places else 100
    sums = []
    for step in steps:
        size = Decimal(step * scale)
        amount = ((due / size).to_integral_value(ROUND_FLOOR) + 1) * size
        if amount not in sums:
            sums.append(amount)
    return sorted(sums)


def likely_three(due: Decimal, *, places: int) -> list[Decimal]:
    """The three likeliest of these sums: fives, tens and fifties first.

    >>> [str(amount) for amount in likely_three(Decimal("30.60"), places=2)]
    ['35', '40', '50']
    """
    sums = likely_sums(due, places=places, steps=PREFERRED)
    for amount in likely_sums(due, places=places):
        if len(sums) < 3 and amount not in sums:
            sums.append(amount)
    return sorted(sums)


def in_notes_and_coins(amount: Decimal, *, currency: str) -> list[tuple[int, Decimal]]:
    """How to count the amount out, the largest first; nothing where it cannot be.

    >>> [(n, str(face)) for n, face in in_notes_and_coins(
    ...     Decimal("19.40"), currency="SGD")]
    [(1, '10'), (1, '5'), (2, '2'), (2, '0.20')]
    """
    counted = []
    for face in NOTES_AND_COINS.get(currency, ()):
        pieces, amount = divmod(amount, face)
        if pieces:
            counted.append((int(pieces), face))
    return counted if not amount else []


def faces(currency: str) -> dict[str, Decimal]:
    """Each note and coin by what stands on it, the largest first.

    >>> list(faces("SGD"))[:2], faces("XXX")
    (['100', '50'], {})
    """
    return {str(face): face for face in NOTES_AND_COINS.get(currency, ())}


def change_limit(*, currency: str, places: int) -> Decimal:
    """As much change as this, or more, and the cash received was mistyped.

    >>> change_limit(currency="SGD", places=2), change_limit(currency="IQD", places=3)
    (Decimal('1000'), Decimal('1000000.000'))
    """
    note = LARGEST_NOTE.get(currency)
    return note * NOTES_OF_CHANGE if note else UNKNOWN_CHANGE.scaleb(-places)


def typed_max(*, currency: str, places: int) -> Decimal:
    """More than this, and a slip of the hand, or a scanner, has typed it.

    >>> typed_max(currency="SGD", places=2), f"{typed_max(currency='IRR', places=2):,}"
    (Decimal('100000'), '10,000,000,000.00')
    """
    note = LARGEST_NOTE.get(currency)
    return note * NOTES_TYPED if note else UNKNOWN_TYPED.scaleb(-places)


def is_coin(face: Decimal, *, currency: str) -> bool:
    return face <= LARGEST_COIN.get(currency, ZERO)


def pieces_total(pieces: Mapping[str, int], *, currency: str) -> Decimal:
    """What these notes and coins come to.

    >>> pieces_total({"50": 2, "0.20": 3}, currency="SGD")
    Decimal('100.60')
    """
    known = faces(currency)
    return sum((known[face] * number for face, number in pieces.items()), ZERO)
