"""Device: a browser that belongs to a till, and the code that makes it one."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.ids import uuid7
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company, Till
from pos.models.staff import StaffMember

DEVICE_NAME_MAX = 60


class Device(models.Model):
    """A browser that belongs to one till, known by the uid in its signed cookie.

    What it is never changes: at another till the browser becomes another device.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, db_index=False, related_name="devices")
    till = CompanyForeignKey(Till, related_name="devices", verbose_name=_("till"))
    name = models.CharField(_("name"), max_length=DEVICE_NAME_MAX)
    enrolled_by = CompanyForeignKey(
        StaffMember, related_name="+", verbose_name=_("enrolled by")
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    revoked_by = CompanyForeignKey(
        StaffMember,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ("-enrolled_at", "-pk")
        permissions = [("enrol_device", "Can enrol and revoke devices")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="device_uid_once_per_company"
            ),
            models.CheckConstraint(
                name="a_device_is_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def outlet_id(self) -> int:
        return self.till.outlet_id

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None


class EnrolmentCode(models.Model):
    """A one-time code with which a browser becomes a device of the till.

    Of the code itself only a keyed hash is here.
    """

    company = CompanyForeignKey(Company, db_index=False, related_name="+")
    till = CompanyForeignKey(Till, related_name="+", verbose_name=_("till"))
    code_hash = models.CharField(max_length=64, editable=False)
    device_name = models.CharField(
        _("name of the device"), max_length=DEVICE_NAME_MAX, blank=True
    )
    made_by = CompanyForeignKey(
        StaffMember, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    device = CompanyForeignKey(
        Device, null=True, blank=True, related_name="+", verbose_name=_("device")
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment code")
        verbose_name_plural = _("enrolment codes")
        ordering = ("-made_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code_hash"],
                name="enrolment_code_once_per_company",
            ),
            models.CheckConstraint(
                name="an_enrolment_code_is_used_before_it_expires",
                condition=Q(used_at__isnull=True, device__isnull=True)
                | Q(
                    used_at__isnull=False,
                    device__isnull=False,
                    used_at__lt=F("expires_at"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.made_at)
