"""Update rates: gives an open basket tax and deposits of the day, and requires them."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from pos.access.permission import require
from pos.core.errors import NotOfThisCompanyError
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember
from sales.basket.current_rates import (
    find_line_deposit,
    find_line_tax,
    require_current_rates,
)
from sales.basket.errors import DepositChangedError, SaleNotOpenError, TaxChangedError
from sales.locks import LINES_WITH_RATES, SALE
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import PRICED, SALE_PRICED, apply_totals

RATES = ("tax_code", "tax_rate", "containers", "deposit_rate")


@atomic_with_retry
def update_rates(
    *, uid: UUID, actor: StaffMember, day: date, is_past: bool = False
) -> Sale:
    """Give each line the tax and the deposit of that day, and price the basket again.

    Prices and discounts stay; so do the containers of a sale of the past. The basket
    has a new revision if anything changed; a repeat changes nothing.

    Raises:
        NotOfThisCompanyError: there is no such sale in the actor's company.
        NotAllowedError: the actor may not finalize a sale.
        SaleNotOpenError: it was finalized or voided.
        NoTaxRateError: no rate of a line's tax code is in force.
    """
    sale = SALE.first(company_id=actor.company_id, uid=uid)
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    require(actor, "sales.finalize_sale", subject=sale, amount=sale.total)
    if not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    company = sale.company
    lines = LINES_WITH_RATES.all(sale_id=sale.pk, day=day)
    moved = []
    for line in lines:
        tax = find_line_tax(line, company=company, day=day)
        found = (*tax, *find_line_deposit(line, company=company, is_past=is_past))
        if found != tuple(getattr(line, name) for name in RATES):
            for name, value in zip(RATES, found, strict=True):
                setattr(line, name, value)
            moved.append(line)
    if not moved:
        return sale
    changed = {line.pk: line for line in apply_totals(sale, lines, company=company)}
    changed |= {line.pk: line for line in moved}
    SaleLine.objects.bulk_update(changed.values(), [*RATES, *PRICED])
    sale.revision += 1
    sale.save(update_fields=[*SALE_PRICED, "revision"])
    return sale


def require_rates_of_day(  # noqa: PLR0913  (what both ways to pay know)
    sale: Sale,
    lines: Sequence[SaleLine],
    *,
    company: Company,
    day: date,
    actor: StaffMember,
    is_past: bool = False,
) -> None:
    """Refuse a basket whose tax or deposits are not the day's; afterwards they are.

    ``lines`` have their rates in force. What is new is written once the refused
    transaction has been rolled back.

    Raises TaxChangedError, DepositChangedError or NoTaxRateError.
    """
    try:
        require_current_rates(lines, company=company, day=day, is_past=is_past)
    except (TaxChangedError, DepositChangedError) as refusal:
        refusal.after_rollback = partial(
            update_rates, uid=sale.uid, actor=actor, day=day, is_past=is_past
        )
        raise
