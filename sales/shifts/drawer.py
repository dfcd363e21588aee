"""Drawer: validates the amounts, notes and coins that it can hold."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pos.core.errors import InvalidAmountError, InvalidCountError
from pos.core.money import format_money, is_money
from pos.models import Company
from sales.cash.denominations import PIECES_MAX, list_faces, sum_pieces
from sales.cash.limits import validate_typed_amount
from sales.cash.rounding import cash_rule
from sales.shifts.errors import PiecesDifferError, UnknownPieceError


def validate_cash(amount: Decimal, company: Company) -> None:
    """Raise InvalidAmountError for an amount that no drawer can hold."""
    if not is_money(amount, places=company.currency_places) or amount < 0:
        raise InvalidAmountError(amount=amount)


def validate_cash_typed_now(
    amount: Decimal, company: Company, *, at: datetime | None
) -> None:
    """Raise AmountTooLargeError or NotPayableError for an amount that was mistyped.

    It is more than a drawer holds, or there are no coins for it. An amount ``at`` an
    earlier time comes from a file and is not checked.
    """
    if at is None:
        validate_typed_amount(
            amount, currency=company.currency, places=company.currency_places
        )
        cash_rule(company).validate_payable(amount)


def clean_denominations(
    pieces: Mapping[str, int] | None, *, amount: Decimal, company: Company
) -> dict[str, int]:
    """Return the notes and coins as they are saved.

    Raises:
        UnknownPieceError: one is not of the company's currency.
        InvalidCountError: there are fewer than none, or more than a drawer holds.
        PiecesDifferError: they do not come to the amount.
    """
    values = list_faces(company.currency)
    for face, number in (pieces or {}).items():
        if face not in values:
            raise UnknownPieceError(face=face)
        if type(number) is not int or not 0 <= number <= PIECES_MAX:
            raise InvalidCountError(limit=PIECES_MAX + 1)
    if not pieces:
        return {}
    total = sum_pieces(pieces, currency=company.currency)
    if total != amount:
        places = company.currency_places
        raise PiecesDifferError(
            total=format_money(total, places=places),
            amount=format_money(amount, places=places),
        )
    return {face: pieces[face] for face in values if face in pieces}
