"""Product day: what an outlet sold of a product in its closed shifts, by date.

Each close adds what its shift sold (``sales/shifts/roll_up.py``). They are the busiest
rows of a close, and the last that it locks: days before months, by date and product.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, MoneyField, QuantityField, finite
from pos.core.querysets import LockableQuerySet
from pos.models import Company, Outlet, Product

SUMS = (
    *("quantity", "refunded_quantity", "gross", "discounts"),
    *("total", "net", "cost", "uncosted"),
)


class ProductDay(models.Model):
    """One product at one outlet on one business date.

    ``quantity`` was sold and ``refunded_quantity`` came back, both in the product's
    unit and at or above zero. ``discounts`` is all that was taken off, points
    included. ``total``, ``net``, ``cost`` and ``uncosted`` are less what was refunded.
    """

    company = CompanyForeignKey(Company, related_name="+")
    outlet = CompanyForeignKey(Outlet, related_name="+")
    business_date = models.DateField(_("business date"))
    product = CompanyForeignKey(Product, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("sold"))
    refunded_quantity = QuantityField(_("refunded"))
    gross = MoneyField(_("gross"))
    discounts = MoneyField(_("discounts"))
    total = MoneyField(_("total"))
    net = MoneyField(_("net"))
    cost = MoneyField(_("cost"))
    uncosted = MoneyField(_("net without a cost"))

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a product")
        verbose_name_plural = _("days of products")
        ordering = ("business_date", "outlet", "product")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["company", "business_date", "outlet", "product"],
                include=SUMS,
                name="product_once_per_day",
            ),
            finite("product_day_is_finite", *SUMS),
            models.CheckConstraint(
                name="product_day_sold_or_took_back",
                condition=Q(quantity__gte=0, refunded_quantity__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m-%d} {self.product_id}"


class ProductMonth(models.Model):
    """The days of a month, added up; ``business_date`` is the first of the month."""

    company = CompanyForeignKey(Company, related_name="+")
    outlet = CompanyForeignKey(Outlet, related_name="+")
    business_date = models.DateField(_("month"))
    product = CompanyForeignKey(Product, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("sold"))
    refunded_quantity = QuantityField(_("refunded"))
    gross = MoneyField(_("gross"))
    discounts = MoneyField(_("discounts"))
    total = MoneyField(_("total"))
    net = MoneyField(_("net"))
    cost = MoneyField(_("cost"))
    uncosted = MoneyField(_("net without a cost"))

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("month of a product")
        verbose_name_plural = _("months of products")
        ordering = ("business_date", "outlet", "product")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["company", "business_date", "outlet", "product"],
                include=SUMS,
                name="product_once_per_month",
            ),
            finite("product_month_is_finite", *SUMS),
            models.CheckConstraint(
                name="product_month_begins_on_the_first",
                condition=Q(business_date__day=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m} {self.product_id}"
