"""List pages: the address of every list that grows with the sales, as people ask it.

Each with its first page, one in the middle and the last; each way to search it; and a
week in the middle of the books, where a list has dates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from customers.models import Customer, PointsEntry
from pos.admin.keyed_list import KeyedAdmin
from pos.admin.permanent import PermanentAdmin
from pos.models import Product
from sales.models import Sale, ZReport

# What nobody has, and what many have.
NOTHING = "qqqzz"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list; ``query`` is what else its address says."""

    name: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)


def every_list() -> Iterator[ListPage]:
    yield from _receipts()
    yield from _customers()
    yield from _of_the_till()
    yield from _back_office()


def _receipts() -> Iterator[ListPage]:
    path = reverse("sales:receipts")
    sales = Sale.objects.finalized()
    sale = sales.filter(customer__isnull=False, total__gt=0).latest("finalized_at")
    yield ListPage("receipts: today", path)
    everywhere = {"tills": "all"}
    yield from _paged("receipts: all", path, sales, everywhere, "finalized_at")
    refunds = sales.filter(kind=Sale.Kind.REFUND)
    of_kind = {"kind": "refund"}
    yield from _paged("receipts: refunds", path, refunds, of_kind, "finalized_at")
    yield ListPage("receipts: pending", path, {"pending": 1})
    searches = {
        "number": sale.receipt_number,
        "last figures": "77",
        "amount": f"{sale.total:.2f}",
        "no amount": "98765.43",
        "name": sale.customer.name,
        "surname": sale.customer.name.split()[0],
        "phone": str(sale.customer.phone.as_e164)[-4:],
        "nobody": NOTHING,
    }
    for name, words in searches.items():
        yield ListPage(f"receipts: {name}", path, {"number": words})
    shown = reverse("sales:receipt", args=[sale.uid])
    yield ListPage("receipts: one of all", shown, everywhere)


def _customers() -> Iterator[ListPage]:
    path = reverse("customers:list")
    customers = Customer.objects.all()
    yield from _paged("customers", path, customers, {}, "name")
    customer = PointsEntry.objects.latest("pk").customer
    phone = str(customer.phone.as_e164)[-4:]
    for name, words in {"name": customer.name, "phone": phone}.items():
        yield ListPage(f"customers: {name}", path, {"q": words})
        yield ListPage(f"customer at the till: {name}", _find(), {"q": words})
    for name in ("customer", "customer_points", "customer_purchases"):
        yield ListPage(name, reverse(f"sales:{name}", args=[customer.uid]))


def _find() -> str:
    return reverse("customers:find")


def _of_the_till() -> Iterator[ListPage]:
    yield ListPage("shift", reverse("sales:shifts"))
    yield ListPage("till", reverse("sales:till"))
    yield ListPage("parked baskets", reverse("sales:parked"))
    path = reverse("sales:z_reports")
    yield ListPage("Z reports", path)
    reports = ZReport.objects.all()
    yield from _paged("Z reports: all", path, reports, {"tills": "all"}, "pk")
    yield ListPage("product index", reverse("pos:product_index"))
    yield ListPage("products", reverse("pos:product_search"), {"q": "kopi"})


def _back_office() -> Iterator[ListPage]:
    """Every list of the back office, as far as it has rows."""
    sale = Sale.objects.finalized().latest("pk")
    words = {
        "receipt": sale.receipt_number,
        "last figures": "77",
        "product": Product.objects.earliest("pk").name,
        "nothing": NOTHING,
    }
    for one in admin.site._registry.values():
        path = reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist")
        name = f"back office, {one.opts.verbose_name_plural}"
        rows = one.model._default_manager.all()
        if not isinstance(one, KeyedAdmin) or not rows.exists():
            yield ListPage(name, path)
        else:
            order = one.list_order.fields[0]
            yield from _paged(name, path, rows, {}, order, key="pk")
        if isinstance(one, PermanentAdmin):
            yield from _dated(name, path, one)
        for kind, text in words.items() if one.search_fields else ():
            yield ListPage(f"{name}: {kind}", path, {"q": text})


def _paged(
    name: str,
    path: str,
    rows: QuerySet[Any],
    query: Mapping[str, Any],
    order: str,
    *,
    key: str = "uid",
) -> Iterator[ListPage]:
    """The list's first page, one in the middle, the last, and the one before it."""
    yield ListPage(name, path, query)
    rows = rows.order_by(order, "pk")
    count = rows.count()
    for place, where in (("middle", count // 2), ("end", min(20, count - 1))):
        row: Model = rows[where]
        place_key = getattr(row, key if hasattr(row, key) else "pk")
        for way in ("before", "after"):
            at = {**query, way: place_key}
            yield ListPage(f"{name}, {way} the {place}", path, at)


def _dated(name: str, path: str, one: Any) -> Iterator[ListPage]:
    """A week in the middle of the books, and a month that ended half a year ago."""
    today = localdate()
    for item in one.list_filter:
        is_own = isinstance(item, str) and "__" not in item
        if is_own and item.endswith(("_at", "_date")):
            for back, days in ((180, 7), (150, 31)):
                since = today - timedelta(days=back)
                until = since + timedelta(days=days - 1)
                dates = {f"{item}__from": since, f"{item}__to": until}
                yield ListPage(f"{name}, {days} days", path, dates)
