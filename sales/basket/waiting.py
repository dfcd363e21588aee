"""Waiting: the baskets that were set aside at an outlet."""

from uuid import UUID

from django.db.models import Q

from pos.models import Device, Till
from sales.models import Sale
from sales.models.sale_queryset import SaleQuerySet


def waiting_sales(till: Till, *, device: Device, exclude: UUID | None) -> SaleQuerySet:
    """Return the baskets parked at the outlet, and open ones that nobody works on.

    Those are at this till, and of this device, of one that was revoked, or of none.
    ``exclude`` is the basket on the screen.
    """
    forgotten = Q(status=Sale.Status.OPEN, till=till) & (
        Q(device=device) | Q(device=None) | Q(device__revoked_at__isnull=False)
    )
    sales = (
        Sale.objects.of_company(till.company_id)
        .filter(
            Q(status=Sale.Status.PARKED) | forgotten, till__outlet_id=till.outlet_id
        )
        .worth_keeping()
    )
    return sales.exclude(uid=exclude) if exclude else sales


def count_waiting(device: Device) -> int:
    """Count the baskets that wait, but for the open one that the device works on."""
    waiting = waiting_sales(device.till, device=device, exclude=None)
    return waiting.exclude(status=Sale.Status.OPEN, device=device).count()
