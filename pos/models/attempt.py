"""Attempt: one try of a password, a PIN or a code, counted before it is checked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company, Till
from pos.models.staff import StaffMember


class AttemptKind(models.TextChoices):
    """What was tried, and what for."""

    SIGN_IN = "sign_in", _("sign-in by password")
    APPROVAL = "approval", _("approval by password")
    OWN_PASSWORD = "own_password", _("change of one's own password")
    PIN_SIGN_IN = "pin_sign_in", _("sign-in by PIN")
    PIN_APPROVAL = "pin_approval", _("approval by PIN")
    ENROLMENT = "enrolment", _("enrolment code")


class AttemptQuerySet(LockableQuerySet["Attempt"]):
    def wrong(self) -> "AttemptQuerySet":
        """Return those that were wrong, are not yet checked, or never will be."""
        return self.filter(is_right=False)


class Attempt(models.Model):
    """One try, which counts as a wrong one until it has proven right.

    ``company`` is the person's or, where nobody has that name, the till's; without
    either it is empty. ``till`` is empty for a browser that is no till of the
    company's, ``person`` where nobody has the name that was typed: what was typed
    may be a password, so only its keyed hash is here.
    """

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("company"),
    )
    kind = models.CharField(_("what for"), max_length=20, choices=AttemptKind.choices)
    person = CompanyForeignKey(
        StaffMember,
        null=True,
        blank=True,
        db_index=False,
        related_name="attempts",
        verbose_name=_("staff member"),
    )
    name_hash = models.CharField(max_length=64, blank=True)
    till = CompanyForeignKey(
        Till,
        null=True,
        blank=True,
        db_index=False,
        related_name="attempts",
        verbose_name=_("till"),
    )
    address = models.CharField(_("network address"), max_length=49, blank=True)
    tried_at = models.DateTimeField(_("tried at"))
    is_right = models.BooleanField(_("right"), default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("try to sign in")
        verbose_name_plural = _("tries to sign in")
        ordering = ("-tried_at", "-pk")
        indexes = [
            models.Index(fields=["person", "tried_at"], name="attempts_of_a_person"),
            models.Index(
                fields=["name_hash", "tried_at"],
                condition=~Q(name_hash=""),
                name="attempts_of_an_unknown_name",
            ),
            models.Index(fields=["till", "tried_at"], name="attempts_at_a_till"),
            models.Index(
                fields=["address", "tried_at"], name="attempts_from_an_address"
            ),
            models.Index(fields=["company", "tried_at"], name="attempts_in_a_company"),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_attempt_is_of_a_person_or_a_name",
                condition=Q(person__isnull=True) | Q(name_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
