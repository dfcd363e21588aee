"""What every service of a shift needs: the till's lock, and amounts judged."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pos.core.errors import InvalidAmountError, InvalidCountError, NotOfThisCompanyError
from pos.core.money import format_money, is_money
from pos.models import Company, StaffMember, Till
from sales.cash.denominations import PIECES_MAX, faces, pieces_total
from sales.cash.limits import validate_typed_amount
from sales.shifts.errors import PiecesDifferError, UnknownPieceError


def lock_till(pk: int, actor: StaffMember) -> Till:
    """Hold the till's row, the guard of its shift.

    Raises NotOfThisCompanyError when it is another company's.
    """
    tills = Till.objects.of_company(actor.company_id)
    till = tills.select_related("company", "outlet").locked().filter(pk=pk).first()
    if till is None:
        raise NotOfThisCompanyError(thing=Till._meta.verbose_name)
    till.outlet.company = till.company
    return till


def validate_cash(amount: Decimal, company: Company) -> None:
    """Refuse what no drawer can hold: InvalidAmountError."""
    if not is_money(amount, places=company.currency_places) or amount < 0:
        raise InvalidAmountError(amount=amount)


def validate_cash_typed_now(
    amount: Decimal, company: Company, *, at: datetime | None
) -> None:
    """Refuse what nobody means who types it now: AmountTooLargeError.

    What was there ``at`` an earlier time comes out of a file, and not from a hand.
    """
    if at is None:
        validate_typed_amount(
            amount, currency=company.currency, places=company.currency_places
        )


def clean_denominations(
    pieces: Mapping[str, int] | None, *, amount: Decimal, company: Company
) -> dict[str, int]:
    """Return the notes and coins as they are written down.

    Raises:
        UnknownPieceError: one is not of the company's currency.
        InvalidCountError: there are fewer than none, or more than a drawer holds.
        PiecesDifferError: they do not come to the amount.
    """
    known = faces(company.currency)
    for face, number in (pieces or {}).items():
        if face not in known:
            raise UnknownPieceError(face=face)
        if type(number) is not int or not 0 <= number <= PIECES_MAX:
            raise InvalidCountError(limit=PIECES_MAX + 1)
    if not pieces:
        return {}
    total = pieces_total(pieces, currency=company.currency)
    if total != amount:
        places = company.currency_places
        raise PiecesDifferError(
            total=format_money(total, places=places),
            amount=format_money(amount, places=places),
        )
    return {face: pieces[face] for face in known if face in pieces}
