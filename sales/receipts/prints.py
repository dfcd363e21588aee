"""Prints: counts the printings of a receipt."""

from uuid import UUID

from django.db import transaction

from pos.access.permission import require
from pos.core.errors import NotOfThisCompanyError
from pos.models import StaffMember
from sales.models import ReceiptPrint, Sale


@transaction.atomic
def record_print(*, uid: UUID, actor: StaffMember) -> ReceiptPrint:
    """Record that a receipt is printed once more; the first one is copy 0.

    Every later one must say COPY and its number. A print has no id of its own, so
    that this is not retried: see ``pos.core.transactions``.

    Raises:
        NotOfThisCompanyError: there is no such finalized sale in the company.
        NotAllowedError: the actor may not see sales.
    """
    sales = Sale.objects.of_company(actor.company_id).finalized()
    sale = sales.locked().filter(uid=uid).first()
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    require(actor, "sales.view_sale", subject=sale)
    return ReceiptPrint.objects.create(
        company_id=sale.company_id,
        sale=sale,
        copy_number=sale.prints.count(),
        staff_member=actor,
    )
