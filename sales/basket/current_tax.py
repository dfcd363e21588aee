"""Current tax: what tax a basket's lines bear on the day on which it is paid."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from pos.catalogue.errors import NoTaxRateError
from pos.core.money import ZERO, format_plain
from pos.models import Company, TaxCode
from sales.basket.errors import TaxChangedError
from sales.models import SaleLine


def require_current_tax(
    lines: Sequence[SaleLine], *, company: Company, day: date
) -> None:
    """Refuse a basket whose tax is no longer that of the day.

    ``lines`` have their ``rate_in_force`` on that day. The time of supply is the
    earlier of payment and invoice (GST Act, section 11), and here both are now.

    Raises TaxChangedError, or NoTaxRateError where no rate is in force.
    """
    for line in lines:
        found = find_line_tax(line, company=company, day=day)
        if found != (line.tax_code, line.tax_rate):
            raise TaxChangedError(
                tax=company.tax_name,
                before=_describe(line.tax_code, line.tax_rate),
                after=_describe(*found),
            )


def find_line_tax(
    line: SaleLine, *, company: Company, day: date
) -> tuple[str, Decimal]:
    """Return the tax code and rate of a line on that day.

    A line that states its own tax keeps it. Raises what ``choose_tax`` raises.
    """
    if line.has_stated_tax:
        return line.tax_code, line.tax_rate
    code: str = line.code_in_force  # type: ignore[attr-defined]
    rate: Decimal | None = line.rate_in_force  # type: ignore[attr-defined]
    return choose_tax(code, rate, company=company, day=day)


def choose_tax(
    code: str, rate: Decimal | None, *, company: Company, day: date
) -> tuple[str, Decimal]:
    """Return the tax that is charged for a tax code, whose ``rate`` is that of the day.

    A company that is not registered charges none (code NG). Raises NoTaxRateError
    where no rate is in force.
    """
    if not company.charges_tax_on(day):
        return TaxCode.NG, ZERO
    if rate is None:
        raise NoTaxRateError(tax_code=code, day=day)
    return code, rate


def _describe(code: str, rate: Decimal) -> str:
    return gettext("none") if code == TaxCode.NG else f"{format_plain(rate * 100)}%"
