"""Place: at which till and device a basket may be worked on."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from pos.core.prepared import Param, Prepared, PreparedUpdate
from pos.models import Device, Till
from sales.basket.errors import SaleAtOtherDeviceError, SaleElsewhereError
from sales.models import Sale

# A device has one open basket at most, by a constraint.
_OTHER = Prepared(
    Sale.objects.filter(company_id=Param("company_id"), device_id=Param("device_id"))
    .open()
    .filter(kind=Sale.Kind.SALE)
    .exclude(uid=Param("uid"))
    .only("pk")
    .locked()
)
_PARK = PreparedUpdate(
    Sale.objects.filter(pk=Param("pk")),
    status=Sale.Status.PARKED,
    parked_at=Param("moment"),
)


def is_here(sale: Sale, *, till: Till, device: Device | None) -> bool:
    """Whether the basket may be worked on at the till, by this device of it.

    A basket of no device, which a command made, is free to all devices of its till,
    and a command, which is no device, may work on all of them.
    """
    is_others = device is not None and sale.device_id not in {None, device.pk}
    return sale.till_id == till.pk and not is_others


def require_here(sale: Sale, *, till: Till, device: Device | None) -> None:
    """Refuse a basket that is another till's, or another device's of the till.

    Raises SaleElsewhereError or SaleAtOtherDeviceError.
    """
    if is_here(sale, till=till, device=device):
        return
    if sale.till_id != till.pk:
        raise SaleElsewhereError(till=sale.till)
    raise SaleAtOtherDeviceError(device=sale.device)


def lock_baskets_of(device: Device, *, uid: UUID) -> None:
    """Lock the basket of that uid, and what is open at the device, in their order."""
    is_open = Q(device=device, kind=Sale.Kind.SALE, status=Sale.Status.OPEN)
    sales = Sale.objects.of_company(device.company_id).filter(Q(uid=uid) | is_open)
    list(sales.only("pk").locked())


def park_other_basket(device: Device, *, uid: UUID, at: datetime | None) -> None:
    """Park what is open at the device, but for the basket of that uid.

    Its revision stays: a payment for it may be on its way.
    """
    found = _OTHER.first_with_time(
        company_id=device.company_id, device_id=device.pk, uid=uid
    )
    if found is not None:
        sale, moment = found
        _PARK.run(pk=sale.pk, moment=at or moment)
