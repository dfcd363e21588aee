"""Attempt alarm: so many wrong tries in a company that its owner has to know."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company
from pos.models.staff import StaffMember


class AttemptAlarmQuerySet(LockableQuerySet["AttemptAlarm"]):
    def open(self) -> Self:
        """Return those that nobody has dismissed."""
        return self.filter(dismissed_at=None)


class AttemptAlarm(models.Model):
    """A hundred wrong tries or more within an hour, until somebody has seen it.

    It locks nobody out: in a large company it may be many people on one morning.
    """

    # A key of its own: who dismissed it, which would name the company, may be nobody.
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="+"
    )
    raised_at = models.DateTimeField(_("raised at"))
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True, blank=True)
    dismissed_by = CompanyForeignKey(
        StaffMember,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dismissed by"),
    )

    objects = AttemptAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of wrong tries")
        verbose_name_plural = _("alarms of wrong tries")
        ordering = ("-raised_at", "-pk")
        indexes = [
            models.Index(fields=["company", "raised_at"], name="alarms_in_a_company"),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_alarm_is_dismissed_by_somebody",
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.raised_at)
