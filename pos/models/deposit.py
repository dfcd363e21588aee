"""Container deposits: what is paid back for an empty can or bottle."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import MoneyField, finite
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company

# More in any currency is a slip.
DEPOSIT_MAX = 100_000


class ContainerDepositQuerySet(LockableQuerySet["ContainerDeposit"]):
    def in_force(self, day: date | models.Expression) -> Self:
        """Return the deposit of each company that is in force on that day."""
        return (
            self.filter(valid_from__lte=day)
            .order_by("company_id", "-valid_from")
            .distinct("company_id")
        )


class ContainerDeposit(models.Model):
    """The deposit on one container from a date on, until the next row's date.

    It is no consideration for a supply: no tax is on it, no discount takes it off and
    no points are earned by it (IRAS, "GST and BCRS Deposit").
    """

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="container_deposits"
    )
    amount = MoneyField(
        _("deposit on a container"),
        validators=[MaxValueValidator(DEPOSIT_MAX)],
        help_text=_("0 where there is none any more."),
    )
    valid_from = models.DateField(_("valid from"))

    objects = ContainerDepositQuerySet.as_manager()

    class Meta:
        verbose_name = _("container deposit")
        verbose_name_plural = _("container deposits")
        ordering = ("-valid_from",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "valid_from"],
                name="container_deposit_once_per_day",
            ),
            finite("container_deposit_is_finite", "amount"),
            models.CheckConstraint(
                name="container_deposit_is_in_range",
                condition=Q(amount__gte=0, amount__lte=DEPOSIT_MAX),
                violation_error_message=_("A deposit must not be below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} from {self.valid_from}"
