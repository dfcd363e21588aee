"""Tax: codes, and the rates that were in force under them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import TaxRateField, finite
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company


class TaxCode(models.TextChoices):
    """Categories of the PINT-SG list (Aligned-TaxCategoryCodes).

    Several codes have zero per cent: ZR, ES33 and OS go to different boxes of a
    GST return.
    """

    SR = "SR", _("SR: standard-rated")
    ZR = "ZR", _("ZR: zero-rated")
    ES33 = "ES33", _("ES33: exempt, regulation 33")
    ESN33 = "ESN33", _("ESN33: exempt, not regulation 33")
    DS = "DS", _("DS: deemed supply")
    OS = "OS", _("OS: out of scope")
    NG = "NG", _("NG: seller not registered")


class TaxRateQuerySet(LockableQuerySet["TaxRate"]):
    def in_force(self, day: date | models.Expression) -> Self:
        """Return the rate of each tax code that is in force on that day."""
        return (
            self.filter(valid_from__lte=day)
            .order_by("tax_code", "-valid_from")
            .distinct("tax_code")
        )


class TaxRate(models.Model):
    """The rate of a tax code from a date on, until the next row's date."""

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="tax_rates"
    )
    tax_code = models.CharField(_("tax code"), max_length=5, choices=TaxCode)
    rate = TaxRateField(_("rate"), help_text=_("A fraction: 0.09 for 9 %."))
    valid_from = models.DateField(_("valid from"))

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ("tax_code", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "tax_code", "valid_from"],
                name="tax_rate_once_per_code_and_day",
            ),
            finite("tax_rate_is_finite", "rate"),
            models.CheckConstraint(
                name="tax_rate_is_a_fraction",
                condition=Q(rate__gte=0, rate__lt=1),
                violation_error_message=_(
                    "Enter the rate as a fraction: 0.09 for 9 %."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax_code} {self.rate:.2%} from {self.valid_from}"


def rate_in_force(
    day: date | models.Expression, *, tax_code: str = "tax_code"
) -> models.Subquery:
    """Return the expression of the rate of a row's tax code on that day.

    NULL where none is in force. ``tax_code`` is the path to it.
    """
    rates = TaxRate.objects.filter(
        company_id=models.OuterRef("company_id"),
        tax_code=models.OuterRef(tax_code),
        valid_from__lte=day,
    )
    return models.Subquery(
        rates.order_by("-valid_from").values("rate")[:1], output_field=TaxRateField()
    )
