"""Receipt print: one printing of a receipt."""

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.models import Company


class ReceiptPrint(models.Model):
    """One printing of a receipt. Copy 0 is the original; later ones say COPY."""

    uid = models.UUIDField(db_default=RandomUUID(), editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    sale = CompanyForeignKey("sales.Sale", db_index=False, related_name="prints")
    copy_number = models.PositiveIntegerField(_("copy"))
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    # Who agreed to more copies than the person prints alone.
    approved_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    printed_at = models.DateTimeField(_("printed at"), db_default=Now(), editable=False)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt print")
        verbose_name_plural = _("receipt prints")
        ordering = ("sale", "copy_number")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="receipt_print_uid_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["sale", "copy_number"],
                name="copy_number_once_per_sale",
            ),
        ]
        # Hardly ever looked for by time, and written at each scan and sale: small.
        indexes = [
            BrinIndex(
                fields=["printed_at"],
                pages_per_range=16,
                autosummarize=True,
                name="print_by_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.copy_number)
