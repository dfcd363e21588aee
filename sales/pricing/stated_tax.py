"""Stated tax: the code and rate of a line whose tax a file states."""

from decimal import Decimal

from pos.core.money import ZERO, tax_in, tax_on
from pos.models import TaxCode

# A rate that is worked out from an amount of tax.
RATE_STEP = Decimal("0.0001")
# A rate is below one.
RATE_MAX = 1 - RATE_STEP


def describe_stated_tax(
    tax: Decimal,
    amount: Decimal,
    *,
    in_force: tuple[str, Decimal] | None,
    tax_code: str,
    prices_include_tax: bool,
    places: int,
) -> tuple[str, Decimal]:
    """Return the tax code and rate that explain this tax on this amount.

    ``in_force`` are those of the day, which are taken where they come to the same
    tax but for how a cent is rounded. Otherwise the rate is worked out from the tax,
    under the product's ``tax_code``; without tax the line is zero-rated, or not
    registered where the company was not.
    """
    if in_force is not None:
        work_out = tax_in if prices_include_tax else tax_on
        at_rate = work_out(amount, tax_rate=in_force[1], places=places)
        is_near = abs(at_rate - tax) <= Decimal(1).scaleb(-places)
        if at_rate == tax or (is_near and tax and in_force[1]):
            return in_force
    if not tax:
        return TaxCode.ZR, ZERO
    net = amount - tax if prices_include_tax else amount
    rate = (tax / net).quantize(RATE_STEP) if net else RATE_MAX
    return tax_code, min(rate, RATE_MAX)
