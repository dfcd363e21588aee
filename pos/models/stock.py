"""Stock: how many of a product are at an outlet, and the movements."""

from decimal import Decimal
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey, QuantityField, finite
from pos.core.money import format_plain
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models.catalogue import Product
from pos.models.company import Company, Outlet

# Low is what is sold and counted, and of which an outlet has no more than it wants;
# for querysets, and for statements that have ``item`` and its ``product``.
LOW = Q(product__is_active=True, product__is_tracked=True, on_hand__lte=F("low_at"))
LOW_SQL = "(product.is_active AND product.is_tracked AND item.on_hand <= item.low_at)"


class StockItemQuerySet(LockableQuerySet["StockItem"]):
    def at_outlet(self, outlet_id: int) -> Self:
        return self.filter(outlet_id=outlet_id)

    def low(self) -> Self:
        return self.filter(LOW)

    def with_is_low(self) -> Self:
        """Say of each whether it is low, as ``is_low``."""
        return self.annotate(is_low=LOW)


class StockItem(models.Model):
    """One product at one outlet. ``on_hand`` is the sum of its movements."""

    company = CompanyForeignKey(Company, related_name="+")
    outlet = CompanyForeignKey(Outlet, related_name="stock_items")
    product = CompanyForeignKey(Product, related_name="stock_items")
    on_hand = QuantityField(_("on hand"), default=Decimal(0), editable=False)
    low_at = QuantityField(
        _("low at"),
        default=Decimal(5),
        help_text=_("The till shows how many are left from this quantity down."),
    )

    objects = StockItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock item")
        verbose_name_plural = _("stock items")
        ordering = ("outlet", "product")
        permissions = [
            ("receive_stock", gettext_noop("Can receive stock")),
            ("count_stock", gettext_noop("Can post a stock count")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "outlet", "product"],
                name="stock_item_once_per_outlet",
            ),
            finite("stock_item_is_finite", "on_hand", "low_at"),
        ]

    def __str__(self) -> str:
        return f"{self.product} ({self.outlet})"


class StockMovement(models.Model):
    """One line of the stock ledger; permanent.

    A count records what was found on the shelf; its quantity is the variance.
    ``source`` is the uid of what caused it, ``source_line`` the line of that.
    Together with the kind they prevent posting twice.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        REFUND = "refund", _("refund")
        WRITE_OFF = "write_off", _("written off")
        RECEIVE = "receive", _("received")
        COUNT = "count", _("counted")

    company = CompanyForeignKey(Company, related_name="+")
    stock_item = CompanyForeignKey(StockItem, related_name="movements")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    quantity = QuantityField(
        _("quantity"), help_text=_("A negative number takes stock off.")
    )
    counted = QuantityField(_("counted"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    source = models.UUIDField(_("source"))
    source_line = models.PositiveIntegerField(_("line of the source"), default=0)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", null=True, related_name="+", verbose_name=_("staff member")
    )
    moved_at = models.DateTimeField(_("moved at"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source", "kind", "source_line"],
                name="stock_moves_once_per_source_line",
            ),
            finite("stock_movement_is_finite", "quantity", "counted"),
            models.CheckConstraint(
                name="a_count_says_what_was_found",
                condition=Q(kind="count", counted__isnull=False, counted__gte=0)
                | (~Q(kind="count") & Q(counted__isnull=True)),
            ),
            models.CheckConstraint(
                name="stock_movement_moves_something",
                condition=~Q(quantity=0) | Q(kind="count"),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "moved_at"], name="movement_by_time"),
            # What people wrote: a sale writes nothing.
            GinIndex(
                OpClass(Upper("reason"), name="gin_trgm_ops"),
                condition=~Q(reason=""),
                fastupdate=False,
                name="movement_by_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {format_plain(self.quantity)}"


def on_hand(
    outlet_id: int | models.Expression, *, product: str = "pk"
) -> models.Subquery:
    """Return the expression of what an outlet has of a row's product.

    NULL where it has never had any. ``product`` is the path to the product's key.
    """
    items = StockItem.objects.filter(
        product_id=models.OuterRef(product), outlet_id=outlet_id
    )
    found = items.order_by().values("on_hand")
    return models.Subquery(found, output_field=QuantityField())
