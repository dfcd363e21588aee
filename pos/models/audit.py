"""Audit trail: what people did and tried, in chains that only grow."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.chains import CHAIN_START
from pos.core.fields import CompanyForeignKey, CompanyOneToOneField
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company, Till
from pos.models.staff import StaffMember


class AuditHead(models.Model):
    """The head of the chain of what is done in a company's back office.

    A till's row is the head of its own chain. The names of the two columns are those
    of the till's.
    """

    company = models.OneToOneField(Company, models.PROTECT, related_name="+")
    last_audit_no = models.PositiveIntegerField(default=0)
    audit_head = models.CharField(max_length=64, default=CHAIN_START)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("head of the audit trail")
        verbose_name_plural = _("heads of the audit trail")

    def __str__(self) -> str:
        return str(self.last_audit_no)


class AuditEntry(models.Model):
    """One act: who did or tried what, to what, when and where.

    ``text`` is the canonical JSON that is chained; the columns beside it are what is
    searched for, and say the same. ``till`` is the till whose chain it is in; without
    one it is in the company's. Personal values are not in it: see AuditPersonal.
    """

    # Every other key of a row may be empty: this one has a constraint of its own.
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="+"
    )
    till = CompanyForeignKey(Till, null=True, related_name="+", verbose_name=_("till"))
    number = models.PositiveIntegerField(_("number"))
    act = models.CharField(_("act"), max_length=40)
    staff_member = CompanyForeignKey(
        StaffMember, null=True, related_name="+", verbose_name=_("staff member")
    )
    approved_by = CompanyForeignKey(
        StaffMember, null=True, related_name="+", verbose_name=_("approved by")
    )
    subject_kind = models.CharField(_("kind of object"), max_length=60)
    subject_key = models.CharField(_("key of the object"), max_length=64)
    subject_name = models.CharField(_("object"), max_length=200)
    happened_at = models.DateTimeField(_("time"))
    recorded_at = models.DateTimeField(_("recorded at"))
    text = models.TextField(_("text"))
    hash = models.CharField(_("hash"), max_length=64)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "till", "number"],
                name="audit_number_once_per_till",
            ),
            models.UniqueConstraint(
                fields=["company", "number"],
                condition=Q(till__isnull=True),
                name="audit_number_once_per_company",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "happened_at"], name="audit_by_time"),
            models.Index(
                fields=["company", "staff_member", "id"], name="audit_by_staff"
            ),
            models.Index(fields=["company", "subject_key"], name="audit_by_subject"),
            models.Index(fields=["company", "subject_name"], name="audit_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.number}"

    @property
    def content(self) -> dict[str, Any]:
        """What the text says."""
        content: dict[str, Any] = json.loads(self.text)
        return content


class AuditPersonal(models.Model):
    """The personal values of an entry, as a phone from and to.

    The entry's text has only their salted hash. So they can be erased, and with the
    salt nobody can guess them: the entry and its chain remain as they are.
    """

    company = CompanyForeignKey(Company, related_name="+")
    entry = CompanyOneToOneField(AuditEntry, related_name="personal")
    salt = models.CharField(max_length=32)
    text = models.TextField()

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal values of an audit entry")
        verbose_name_plural = _("personal values of audit entries")
        constraints = [
            models.CheckConstraint(
                name="personal_values_go_with_their_salt",
                condition=Q(salt="", text="") | Q(~Q(salt=""), ~Q(text="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)

    @property
    def is_erased(self) -> bool:
        return not self.salt
