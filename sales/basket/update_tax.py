"""Update tax: gives an open basket the tax of the day, and refuses one without it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from pos.access.permission import require
from pos.core.errors import NotOfThisCompanyError
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember
from sales.basket.current_tax import find_line_tax, require_current_tax
from sales.basket.errors import SaleNotOpenError, TaxChangedError
from sales.locks import LINES_WITH_RATES, SALE
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import PRICED, apply_totals


@atomic_with_retry
def update_tax(*, uid: UUID, actor: StaffMember, day: date) -> Sale:
    """Give each line the tax code and rate of that day, and price the basket again.

    Prices and discounts stay. The basket has a new revision if anything changed; a
    repeat changes nothing.

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
        found = find_line_tax(line, company=company, day=day)
        if found != (line.tax_code, line.tax_rate):
            line.tax_code, line.tax_rate = found
            moved.append(line)
    if not moved:
        return sale
    changed = {line.pk: line for line in apply_totals(sale, lines, company=company)}
    changed |= {line.pk: line for line in moved}
    SaleLine.objects.bulk_update(changed.values(), ["tax_code", "tax_rate", *PRICED])
    sale.revision += 1
    sale.save(
        update_fields=[
            "total",
            "net_total",
            "points_redeemed",
            "points_value",
            "line_count",
            "revision",
        ]
    )
    return sale


def require_tax_of_day(
    sale: Sale,
    lines: Sequence[SaleLine],
    *,
    company: Company,
    day: date,
    actor: StaffMember,
) -> None:
    """Refuse a basket whose tax is not that of the day; afterwards it has it.

    ``lines`` have their ``rate_in_force``. The new tax is written once the refused
    transaction has been rolled back.

    Raises TaxChangedError or NoTaxRateError.
    """
    try:
        require_current_tax(lines, company=company, day=day)
    except TaxChangedError as refusal:
        refusal.after_rollback = partial(update_tax, uid=sale.uid, actor=actor, day=day)
        raise
