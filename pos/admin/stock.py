"""Back office: how many of a product are at each outlet, and the movements."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import acts_for_company, company_id_of
from pos.admin import columns
from pos.admin.permanent import PermanentAdmin
from pos.admin.scoping import CompanyAdmin
from pos.admin.stock_entry import stock_address, stock_page
from pos.core.found_keys import is_one_of
from pos.models import Product, StockItem, StockMovement
from pos.models.stock import StockItemQuerySet

# A trigram index cannot find fewer letters inside a word.
REASON_MIN = 3


class LevelFilter(admin.SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        return [("low", _("Low")), ("out", _("Sold out"))]

    def queryset(
        self, request: HttpRequest, items: QuerySet[Any]
    ) -> QuerySet[Any] | None:
        if self.value() == "low":
            return cast(StockItemQuerySet, items).low()
        if self.value() == "out":
            return items.filter(on_hand__lte=0)
        return items


@admin.register(StockItem)
class StockItemAdmin(CompanyAdmin):
    """Sets when stock is low; only movements change how many there are."""

    list_display = ("product", "sku", "outlet", "on_hand_quantity", "low_quantity")
    list_select_related = ("product", "outlet")
    list_filter = ("outlet", LevelFilter, "product__category")
    search_fields = ("product__name", "product__sku", "product__second_name")
    product_field = "product"
    actions = ("receive_selected", "count_selected")
    fields = ("product", "outlet", "on_hand_quantity", "low_at")
    readonly_fields = ("product", "outlet", "on_hand_quantity")
    ordering = ("product__name", "outlet__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockItem]:
        items = super().get_queryset(request)
        return cast(StockItemQuerySet, items).with_is_low()

    @admin.display(description=_("SKU"), ordering="product__sku")
    def sku(self, item: StockItem) -> str:
        return item.product.sku

    @admin.display(description=_("on hand"), ordering="on_hand")
    def on_hand_quantity(self, item: Any) -> str:
        return columns.on_hand(item.on_hand, is_low=item.is_low)

    @admin.display(description=_("low at"), ordering="low_at")
    def low_quantity(self, item: StockItem) -> str:
        return columns.quantity(item.low_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the first movement makes it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_receive_permission(self, request: HttpRequest) -> bool:
        return acts_for_company(request) and request.user.has_perm("pos.receive_stock")

    def has_count_permission(self, request: HttpRequest) -> bool:
        return acts_for_company(request) and request.user.has_perm("pos.count_stock")

    @admin.action(permissions=["receive"], description=_("Receive stock"))
    def receive_selected(
        self, request: HttpRequest, items: QuerySet[Any]
    ) -> HttpResponse:
        return stock_page(request, "receive", _products(items), _only_outlet(items))

    @admin.action(permissions=["count"], description=_("Count stock"))
    def count_selected(
        self, request: HttpRequest, items: QuerySet[Any]
    ) -> HttpResponse:
        return stock_page(request, "count", _products(items), _only_outlet(items))

    def page_links(self, request: HttpRequest, obj: StockItem) -> list[tuple[str, Any]]:
        ledger = reverse("admin:pos_stockmovement_changelist")
        links: list[tuple[str, Any]] = [
            (
                f"{ledger}?{urlencode({'stock_item': obj.pk})}",
                _("Movements of this product here"),
            )
        ]
        if self.has_receive_permission(request):
            address = stock_address("receive", [obj.product_id], obj.outlet_id)
            links.append((address, _("Receive stock")))
        if self.has_count_permission(request):
            address = stock_address("count", [obj.product_id], obj.outlet_id)
            links.append((address, _("Count stock")))
        return links


def _products(items: QuerySet[Any]) -> QuerySet[Product]:
    return Product.objects.filter(pk__in=items.order_by().values("product"))


def _only_outlet(items: QuerySet[Any]) -> int | None:
    """Return the outlet of the items, if all have the same."""
    outlets = set(items.order_by().values_list("outlet", flat=True).distinct()[:2])
    return outlets.pop() if len(outlets) == 1 else None


@admin.register(StockMovement)
class StockMovementAdmin(PermanentAdmin):
    list_display = (
        "moved_at",
        "product",
        "outlet",
        "kind",
        "moved_quantity",
        "reason",
        "staff_member",
    )
    list_select_related = (
        "stock_item__product",
        "stock_item__outlet",
        "staff_member",
    )
    list_filter = ("kind", "stock_item__outlet", "moved_at")
    search_fields = ("stock_item__product__name", "stock_item__product__sku", "reason")
    search_help_text = _("Product, SKU, reason, or the whole uid of the source")
    uid_field = "source"
    product_field = "stock_item__product"
    fields = (
        "stock_item",
        "kind",
        "moved_quantity",
        "reason",
        "staff_member",
        "moved_at",
        "recorded_at",
        "source",
        "source_line",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        company_id = company_id_of(request)
        products = Product.objects.of_company(company_id)
        found = list(products.matching(term, company_id=company_id))
        items = StockItem.objects.filter(product__in=found)
        found_items = is_one_of("stock_item", items)
        if len(term) < REASON_MIN:
            return found_items
        return found_items | (~Q(reason="") & Q(reason__icontains=term))

    @admin.display(description=_("product"), ordering="stock_item__product__name")
    def product(self, movement: StockMovement) -> str:
        return movement.stock_item.product.name

    @admin.display(description=_("outlet"), ordering="stock_item__outlet__name")
    def outlet(self, movement: StockMovement) -> str:
        return movement.stock_item.outlet.name

    @admin.display(description=_("quantity"), ordering="quantity")
    def moved_quantity(self, movement: StockMovement) -> str:
        return columns.quantity(movement.quantity)
