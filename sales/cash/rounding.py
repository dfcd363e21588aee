"""Cash rounding: how a company rounds what is paid in cash."""

from dataclasses import dataclass
from decimal import Decimal

from pos.core.currencies import scale
from pos.core.money import (
    MONEY_LIMIT,
    CashRounding,
    format_money,
    round_cash,
)
from pos.models import Company
from sales.cash.errors import NotPayableError
from sales.cash.limits import change_limit


@dataclass(frozen=True, slots=True)
class CashRule:
    """How a company rounds cash, its currency's minor unit, and how much is change.

    Change never reaches ``change_limit``: the amount received was mistyped. ``scale``
    is what is about a dollar in the currency.
    """

    step: Decimal
    rounding: CashRounding
    places: int
    change_limit: Decimal = MONEY_LIMIT
    scale: Decimal | None = None

    @property
    def coin(self) -> Decimal:
        """The smallest coin: what is paid in cash is a multiple of it.

        Where cash is not rounded, every amount of the currency can be paid.
        """
        if self.rounding == CashRounding.NONE or not self.step:
            return Decimal(1).scaleb(-self.places)
        return self.step

    def is_payable(self, amount: Decimal) -> bool:
        """Whether there are coins for this amount."""
        return not amount % self.coin

    def validate_payable(self, amount: Decimal) -> None:
        """Raise NotPayableError for an amount for which there are no coins."""
        if not self.is_payable(amount):
            raise NotPayableError(
                amount=self.format(amount), coin=self.format(self.coin)
            )

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
        scale=scale(company.currency, places=company.currency_places),
    )
