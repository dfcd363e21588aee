"""Locking queries of a sale, in the order in which they are taken."""

from pos.core.prepared import Param, Prepared
from pos.models import Till
from sales.models import Sale, SaleLine, Shift

SALE = Prepared(
    Sale.objects.filter(company_id=Param("company_id"), uid=Param("uid")).locked()
)


LINES = Prepared(
    SaleLine.objects.active()
    .filter(sale_id=Param("sale_id"))
    .select_related("product")
    .defer("product__description")
    .order_by("position")
)


TILL = Prepared(
    Till.objects.filter(pk=Param("pk")).select_related("company", "outlet").locked()
)


OPEN_SHIFT = Prepared(Shift.objects.open().filter(till_id=Param("till_id")))
