"""Current rates: what tax and deposits a basket's lines bear on the day it is paid."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from pos.catalogue.errors import NoTaxRateError
from pos.core.money import ZERO, format_plain
from pos.models import Company, Product, TaxCode
from sales.basket.errors import DepositChangedError, TaxChangedError
from sales.cash.rounding import cash_rule
from sales.models import SaleLine


def require_current_rates(
    lines: Sequence[SaleLine], *, company: Company, day: date, is_past: bool = False
) -> None:
    """Refuse a basket whose tax or deposits are no longer those of the day.

    ``lines`` have their ``rate_in_force`` and ``deposit_in_force`` on that day. The
    time of supply is the earlier of payment and invoice (GST Act, section 11), and
    here both are now. ``is_past`` is as for ``find_line_deposit``.

    Raises TaxChangedError, DepositChangedError, or NoTaxRateError where no rate is in
    force.
    """
    for line in lines:
        found = find_line_tax(line, company=company, day=day)
        if found != (line.tax_code, line.tax_rate):
            raise TaxChangedError(
                tax=company.tax_name,
                before=_describe(line.tax_code, line.tax_rate),
                after=_describe(*found),
            )
        deposit = find_line_deposit(line, company=company, is_past=is_past)
        if deposit != (line.containers, line.deposit_rate):
            rule = cash_rule(company)
            raise DepositChangedError(
                product=line.name,
                before=rule.format(line.unit_deposit),
                after=rule.format(deposit[0] * deposit[1]),
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


def find_line_deposit(
    line: SaleLine, *, company: Company, is_past: bool = False
) -> tuple[int, Decimal]:
    """Return the containers of one piece of a line, and the deposit on each that day.

    A sale of the past has the containers that its line was given: a file may know none.
    """
    containers = line.containers if is_past else line.product.containers
    if line.unit != Product.Unit.EACH:
        containers = 0
    rate: Decimal | None = line.deposit_in_force  # type: ignore[attr-defined]
    return choose_deposit(containers, rate, company=company)


def choose_deposit(
    containers: int, rate: Decimal | None, *, company: Company
) -> tuple[int, Decimal]:
    """Return the containers with a deposit and the deposit on each.

    ``rate`` is that of the day, None where there is none. Without one, or where the
    company charges no deposits, no container has any.
    """
    if not company.charges_container_deposits or not containers or not rate:
        return 0, ZERO
    return containers, rate


def _describe(code: str, rate: Decimal) -> str:
    return gettext("none") if code == TaxCode.NG else f"{format_plain(rate * 100)}%"
