"""Cash rounding: how a company rounds what is paid in cash."""

from dataclasses import dataclass
from decimal import Decimal

from pos.core.money import (
    MONEY_LIMIT,
    CashRounding,
    format_money,
    round_cash,
)
from pos.models import Company
from sales.cash.limits import change_limit


@dataclass(frozen=True, slots=True)
class CashRule:
    """How a company rounds cash, its currency's minor unit, and how much is change.

    Change never reaches ``change_limit``: the amount received was mistyped.
    """

    step: Decimal
    rounding: CashRounding
    places: int
    change_limit: Decimal = MONEY_LIMIT

    def due(self, amount: Decimal) -> Decimal:
        """Return what is paid in cash for this amount."""
        return round_cash(amount, step=self.step, rounding=self.rounding)

    def format(self, amount: Decimal) -> str:
        """Return the amount for a sentence, in the company's currency."""
        return format_money(amount, places=self.places)


def cash_rule(company: Company) -> CashRule:
    return CashRule(
        step=company.cash_rounding_step,
        rounding=CashRounding(company.cash_rounding),
        places=company.currency_places,
        change_limit=change_limit(
            currency=company.currency, places=company.currency_places
        ),
    )
