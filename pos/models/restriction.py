"""Restriction: the age that goods ask for, and the hours in which they are not sold."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.ids import uuid7
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company

AGE_MAX = 99


class Restriction(models.Model):
    """What a law or a licence asks for before goods of some kind are sold.

    A product has its own, or else that of its category. One without an age and without
    hours restricts nothing: a product that has it is exempt from its category's.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="restrictions"
    )
    name = models.CharField(_("name"), max_length=100)
    minimum_age = models.PositiveSmallIntegerField(
        _("minimum age"),
        default=0,
        validators=[MaxValueValidator(AGE_MAX)],
        help_text=_("In years. 0: the till asks for no age."),
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], name="restriction_name_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="restriction_uid_once_per_company"
            ),
            models.CheckConstraint(
                name="minimum_age_is_that_of_a_person",
                condition=Q(minimum_age__gte=0, minimum_age__lte=AGE_MAX),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClosedPeriod(models.Model):
    """Hours in which goods are not sold, by the clock and the days of the outlet.

    ``weekdays`` are those on which it begins. It ends on the same day, or on the next
    one where ``ends_at`` is not later than ``begins_at``.
    """

    class Weekday(models.IntegerChoices):
        """As ISO 8601 numbers them."""

        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    company = CompanyForeignKey(Company, related_name="+")
    restriction = CompanyForeignKey(
        Restriction, models.CASCADE, related_name="closed_periods"
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), verbose_name=_("days")
    )
    begins_at = models.TimeField(_("from"))
    ends_at = models.TimeField(
        _("until"),
        help_text=_("On the next day, where it is not later than the first."),
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed hours")
        verbose_name_plural = _("closed hours")
        # A part of its restriction.
        default_permissions = ()
        ordering = ("begins_at", "pk")
        constraints = [
            models.CheckConstraint(
                name="closed_hours_are_of_days_of_the_week",
                condition=Q(
                    weekdays__contained_by=list(range(1, 8)),
                    weekdays__len__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="closed_hours_are_in_whole_minutes",
                condition=Q(begins_at__second=0, ends_at__second=0),
                violation_error_message=_("Enter hours and minutes."),
            ),
        ]

    def __str__(self) -> str:
        days = ", ".join(str(self.Weekday(day).label) for day in sorted(self.weekdays))
        return f"{days}: {self.begins_at:%H:%M}\N{EN DASH}{self.ends_at:%H:%M}"


def restriction_facts(product: str = "") -> Func:
    """Return the expression of what restricts a product, as JSON; NULL if nothing.

    ``product`` is the path to it, as ``"product__"`` from a line. The restriction of
    the product itself comes before that of its category. The database's function of
    this name makes the text, and ``read_restriction`` in
    ``pos/catalogue/restrictions.py`` reads it: the name, the age, of each closed
    period its weekdays and both times, and the codes of the kinds of vouchers that do
    not pay for it.
    """
    return Func(
        Coalesce(f"{product}restriction_id", f"{product}category__restriction_id"),
        function="restriction_facts",
        output_field=models.TextField(),
    )
