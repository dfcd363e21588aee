"""PIN: what a person signs in with at a till, as a hash."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, CompanyOneToOneField
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company
from pos.models.staff import StaffMember


class Pin(models.Model):
    """A person's PIN, hashed with a key that is outside of the database.

    ``key_id`` says with which key, without telling it. A first PIN was set by
    somebody else: it only opens the way to one that nobody else knows.
    """

    company = CompanyForeignKey(Company, db_index=False, related_name="+")
    person = CompanyOneToOneField(
        StaffMember, related_name="pin", verbose_name=_("staff member")
    )
    hash = models.CharField(max_length=200, editable=False)
    key_id = models.CharField(max_length=16, editable=False)
    digits = models.PositiveSmallIntegerField(_("digits"), editable=False)
    is_first = models.BooleanField(_("to be changed at the till"), default=False)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("PIN")
        verbose_name_plural = _("PINs")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="a_pin_has_four_or_six_digits",
                condition=Q(digits__in=(4, 6)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def has_to_change(self) -> bool:
        """Whether the person has to choose another one before they go on."""
        company = self.person.company
        return self.is_first or (company and company.pin_digits) != self.digits
