"""Back office: products, their codes and prices."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.working_company import company_of
from pos.admin import columns
from pos.admin.product_forms import BarcodeForm, BarcodeFormSet, ProductForm
from pos.admin.rates import without_containers
from pos.admin.restrictions import RestrictedAdmin
from pos.admin.scoping import (
    SEARCH_LENGTH_MAX,
    CompanyAdmin,
    CompanyInline,
)
from pos.admin.stock_entry import StockEntry
from pos.catalogue.find_products import find_by_code
from pos.core.money import ZERO
from pos.models import (
    Barcode,
    Category,
    Company,
    Product,
    StaffMember,
    StockItem,
)
from pos.models.catalogue import ProductQuerySet


@admin.register(Category)
class CategoryAdmin(RestrictedAdmin):
    list_display = (
        *("name", "second_name", "position", "product_count"),
        *("restriction", "tint", "glyph"),
    )
    search_fields = ("name", "second_name")
    ordering = ("position", "name")
    list_select_related = ("restriction",)
    fields = ("name", "second_name", "position", "restriction", ("tint", "glyph"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(products_there=Count("products"))

    @admin.display(description=_("products"), ordering="products_there")
    def product_count(self, category: Any) -> int:
        return category.products_there


class BarcodeInline(CompanyInline):
    model = Barcode
    form = BarcodeForm
    formset = BarcodeFormSet
    fields = ("code",)
    extra = 1


class StockItemInline(CompanyInline):
    """Shows how many there are; goods are received on their own page."""

    model = StockItem
    fields = ("outlet", "on_hand_quantity", "low_at")
    readonly_fields = ("outlet", "on_hand_quantity")
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockItem]:
        return super().get_queryset(request).select_related("outlet")

    def has_add_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False  # the first movement makes it

    @admin.display(description=_("on hand"))
    def on_hand_quantity(self, item: StockItem) -> str:
        return columns.quantity(item.on_hand)


class StockFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        return [
            ("low", _("Low")),
            ("out", _("Sold out")),
            ("uncounted", _("Not counted")),
        ]

    def queryset(
        self, request: HttpRequest, products: QuerySet[Any]
    ) -> QuerySet[Any] | None:
        if self.value() == "low":
            return products.filter(is_low=True)
        if self.value() == "out":
            return products.filter(is_tracked=True, on_hand_total__lte=0)
        if self.value() == "uncounted":
            return products.filter(is_tracked=False)
        return products


@admin.register(Product)
class ProductAdmin(StockEntry, RestrictedAdmin):
    acts = (Act.PRODUCT_ADDED, Act.PRODUCT_CHANGED, Act.ROW_DELETED)
    form = ProductForm
    list_display = (
        "name",
        "sku",
        "category",
        "price_amount",
        "cost_amount",
        "on_hand_quantity",
        "tax",
        "is_active",
    )
    list_select_related = ("category", "company")
    list_filter = ("category", "is_active", StockFilter, "is_favourite", "tax_code")
    search_fields = ("name", "second_name", "sku")
    search_help_text = _("Name, SKU or barcode")
    autocomplete_fields = ("category",)
    inlines = (BarcodeInline, StockItemInline)
    actions = ("receive_selected", "count_selected", "take_off_sale", "put_on_sale")
    uid_field = "uid"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "second_name",
                    ("sku", "category"),
                    ("price", "cost", "tax_code"),
                    ("is_active", "is_open_price"),
                    "restriction",
                )
            },
        ),
        (_("Stock"), {"fields": ("unit", "containers", "is_tracked", "when_out")}),
        (
            _("On the till"),
            {"fields": (("is_favourite", "tile_position", "glyph"), "description")},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave containers out where the company charges no deposits on them."""
        return without_containers(request, super().get_fieldsets(request, obj))

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        inlines = super().get_inlines(request, obj)
        # A new product has no stock yet.
        return [one for one in inlines if obj is not None or one is BarcodeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        items = StockItem.objects.filter(product=OuterRef("pk")).order_by()
        total = items.values("product").annotate(total=Sum("on_hand")).values("total")
        return (
            super()
            .get_queryset(request)
            .annotate(
                on_hand_total=Subquery(total),
                is_low=Exists(items.low()),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find only the product of a scanned code, or else search as the till does."""
        company = company_of(request)
        product = find_by_code(company, search_term)
        if product is not None:
            return queryset.filter(pk=product.pk), False
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        words = search_term.replace("\0", "")[:SEARCH_LENGTH_MAX]
        if words.strip():
            found |= cast(ProductQuerySet, queryset).matching(
                words, company_id=company.pk if company else None
            )
        return found, may_repeat

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        company = company_of(request)
        if company is not None and "price" in form.base_fields:
            form.base_fields["price"].help_text = _price_help(company)
        return form

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> Any:
        """Refuse to delete products that were sold or moved, and say what to do."""
        recorded = [product for product in objs if product.has_history]
        if not recorded:
            return super().get_deleted_objects(objs, request)
        sentence = gettext(
            "%(product)s has sales or stock movements and cannot be deleted. Take"
            " it off sale instead: clear “Active” on its page, or choose “Take"
            " off sale” in the list."
        )
        return [], {}, set(), [sentence % {"product": product} for product in recorded]

    @admin.display(description=_("price"), ordering="price")
    def price_amount(self, product: Product) -> str:
        return columns.amount(product.price, product.company)

    @admin.display(description=_("cost"), ordering="cost")
    def cost_amount(self, product: Product) -> str:
        return columns.amount(product.cost, product.company)

    @admin.display(description=_("on hand"), ordering="on_hand_total")
    def on_hand_quantity(self, product: Any) -> str:
        if not product.is_tracked:
            return columns.NOTHING
        return columns.on_hand(product.on_hand_total or ZERO, is_low=product.is_low)

    @admin.display(description=_("tax code"), ordering="tax_code")
    def tax(self, product: Product) -> str:
        return product.tax_code

    @admin.action(permissions=["change"], description=_("Take off sale"))
    def take_off_sale(self, request: HttpRequest, products: QuerySet[Any]) -> None:
        self._set_active(request, products, is_active=False)

    @admin.action(permissions=["change"], description=_("Put back on sale"))
    def put_on_sale(self, request: HttpRequest, products: QuerySet[Any]) -> None:
        self._set_active(request, products, is_active=True)

    def _set_active(
        self, request: HttpRequest, products: QuerySet[Any], *, is_active: bool
    ) -> None:
        entry = (
            gettext("Put back on sale.") if is_active else gettext("Taken off sale.")
        )
        skus = []
        with transaction.atomic():
            name_actor(cast(StaffMember, request.user))
            for product in products.exclude(is_active=is_active):
                product.is_active = is_active
                product.save(update_fields=["is_active"])
                self.log_change(request, product, entry)
                skus.append(product.sku)
            if skus:
                record(
                    Act.PRODUCT_CHANGED,
                    actor=cast(StaffMember, request.user),
                    company=company_of(request),
                    facts={"products": skus},
                    changes={"is_active": (not is_active, is_active)},
                )
        done = len(skus)
        text = ngettext("%d product changed.", "%d products changed.", done) % done
        self.message_user(request, text, messages.SUCCESS)


def _price_help(company: Company) -> Any:
    if not company.charges_tax_on(localdate()):
        return ""
    return _("Tax included.") if company.prices_include_tax else _("Without tax.")


@admin.register(Barcode)
class BarcodeAdmin(CompanyAdmin):
    form = BarcodeForm
    list_display = ("code", "product")
    list_select_related = ("product",)
    search_fields = ("code", "product__name", "product__sku")
    product_field = "product"
    autocomplete_fields = ("product",)
