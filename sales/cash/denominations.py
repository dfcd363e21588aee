"""Denominations: notes and coins, handed over, given back and counted; pure."""

from collections.abc import Mapping
from decimal import Decimal

from pos.core.money import ZERO

# Notes and coins in use, the largest first (MAS; 1-cent coins are not issued).
NOTES_AND_COINS = {
    "SGD": tuple(
        Decimal(face)
        for face in ("100", "50", "10", "5", "2", "1", "0.50", "0.20", "0.10", "0.05")
    )
}

LARGEST_COIN = {"SGD": Decimal(1)}
# Of one note or coin in a drawer; far above what any drawer holds.
PIECES_MAX = 99_999


def split_into_denominations(
    amount: Decimal, *, currency: str
) -> list[tuple[int, Decimal]]:
    """Return the amount in notes and coins, the largest first; empty if impossible.

    >>> [(n, str(face)) for n, face in split_into_denominations(
    ...     Decimal("19.40"), currency="SGD")]
    [(1, '10'), (1, '5'), (2, '2'), (2, '0.20')]
    """
    pieces = []
    for face in NOTES_AND_COINS.get(currency, ()):
        number, amount = divmod(amount, face)
        if number:
            pieces.append((int(number), face))
    return pieces if not amount else []


def list_faces(currency: str) -> dict[str, Decimal]:
    """Return each note and coin by the figure on it, the largest first.

    >>> list(list_faces("SGD"))[:2], list_faces("XXX")
    (['100', '50'], {})
    """
    return {str(face): face for face in NOTES_AND_COINS.get(currency, ())}


def is_coin(face: Decimal, *, currency: str) -> bool:
    return face <= LARGEST_COIN.get(currency, ZERO)


def sum_pieces(pieces: Mapping[str, int], *, currency: str) -> Decimal:
    """Return the sum of these notes and coins.

    >>> sum_pieces({"50": 2, "0.20": 3}, currency="SGD")
    Decimal('100.60')
    """
    values = list_faces(currency)
    return sum((values[face] * number for face, number in pieces.items()), ZERO)
