"""Z report: the numbered, permanent totals of a closed shift."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, CompanyOneToOneField, MoneyField, finite
from pos.core.querysets import LockableQuerySet
from pos.models import Company, Till


class ZReport(models.Model):
    """How a shift ended, as it was printed; permanent, and a link of the chain.

    ``figures`` is the whole snapshot (``sales.shifts.figures``): a page or a paper made
    of it always says the same. ``total`` is what was sold less what was refunded,
    with tax and before cash rounding; ``grand_total`` adds up those of all Z
    reports of the till so far.
    """

    company = CompanyForeignKey(Company, related_name="+")
    till = CompanyForeignKey(Till, db_index=False, related_name="z_reports")
    shift = CompanyOneToOneField("sales.Shift", related_name="z_report")
    number = models.PositiveIntegerField(_("number"))
    report_number = models.CharField(_("report number"), max_length=40)
    total = MoneyField(_("total"))
    tax_total = MoneyField(_("tax"))
    rounding = MoneyField(_("cash rounding"))
    grand_total = MoneyField(_("grand total"))
    figures = models.JSONField(_("figures"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("Z report")
        verbose_name_plural = _("Z reports")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "till", "number"], name="z_number_once_per_till"
            ),
            models.UniqueConstraint(
                fields=["company", "report_number"],
                name="z_report_number_once_per_company",
            ),
            models.CheckConstraint(
                name="z_numbers_begin_at_one", condition=Q(number__gte=1)
            ),
            finite(
                "z_report_is_finite", "total", "tax_total", "rounding", "grand_total"
            ),
        ]

    def __str__(self) -> str:
        return self.report_number
