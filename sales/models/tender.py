from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pos.fields import MoneyField, finite
from pos.models import Company
from pos.querysets import LockableQuerySet
from sales import payment


class Tender(models.Model):
    """One means of payment put towards a sale; permanent.

    ``amount`` is what stays: tendered less change. Only cash gives change.
    """

    class Kind(models.TextChoices):
        CASH = payment.CASH, _("cash")
        CARD = "card", _("card")
        PAYNOW = "paynow", _("PayNow")

    company = models.ForeignKey(
        Company, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    sale = models.ForeignKey(
        "sales.Sale", models.PROTECT, db_constraint=False, related_name="tenders"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    tendered = MoneyField(_("tendered"))
    change = MoneyField(_("change"), default=Decimal(0))
    amount = models.GeneratedField(
        expression=F("tendered") - F("change"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("amount"),
    )
    # What the terminal or the bank printed; never a card number.
    reference = models.CharField(_("reference"), max_length=64, blank=True)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        ordering = ("sale", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sale", "position"],
                name="tender_position_once_per_sale",
            ),
            finite("tender_amounts_are_finite", "tendered", "change"),
            models.CheckConstraint(
                name="only_cash_gives_change",
                condition=Q(change=0) | Q(kind="cash", change__gt=0),
            ),
            models.CheckConstraint(
                name="change_is_less_than_tendered",
                condition=Q(change=0) | Q(change__lte=F("tendered")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.tendered}"
