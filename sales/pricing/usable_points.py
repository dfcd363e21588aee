"""Usable points: how many the customer of a sale could redeem now."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from customers.models import LoyaltyProgramme
from customers.points.arithmetic import usable_points
from pos.core.money import ZERO
from sales.models import Sale, SaleLine


@dataclass(frozen=True, slots=True)
class UsablePoints:
    """``count`` is zero where there are fewer than may be redeemed at a time."""

    programme: LoyaltyProgramme
    count: int

    @property
    def value(self) -> Decimal:
        return self.count * self.programme.point_value


def find_usable_points(
    sale: Sale, lines: Iterable[SaleLine], *, left: Decimal
) -> UsablePoints | None:
    """Return the points that can be used for what is ``left`` to pay.

    Those that the sale redeems already are among them. They pay for goods, and for no
    deposits. None where the sale has no active customer, or the company no programme by
    which points can be redeemed.
    """
    if sale.customer is None or not sale.customer.is_active:
        return None
    programmes = LoyaltyProgramme.objects.of_company(sale.company_id)
    programme = programmes.filter(is_active=True, point_value__gt=0).first()
    if programme is None:
        return None
    left = min(left, sale.total)
    if not sale.prices_include_tax:
        # Points come off before tax, which is then less too.
        left /= 1 + max((line.tax_rate for line in lines), default=ZERO)
    count = usable_points(
        balance=sale.customer.points_balance,
        value=programme.point_value,
        least=programme.redeem_min,
        room=left + sale.points_value,
    )
    return UsablePoints(programme, count)
