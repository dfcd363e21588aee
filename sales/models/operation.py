"""Sale operation: one act on a basket, applied exactly once."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.models import Company


class SaleOperation(models.Model):
    """One act on a basket, applied exactly once.

    The browser makes the id; the fingerprint of type and payload differs
    where other content comes under the same id.
    """

    class Kind(models.TextChoices):
        """What can be done to a basket; ``sales/basket/edits.py`` carries it out."""

        ADD = "add"
        SET_QUANTITY = "set_quantity"
        REMOVE = "remove"
        RESTORE = "restore"
        CLEAR = "clear"
        OVERRIDE_PRICE = "override_price"
        DISCOUNT_LINE = "discount_line"
        DISCOUNT_SALE = "discount_sale"
        CONFIRM_AGE = "confirm_age"
        REFUSE_AGE = "refuse_age"
        TAKE_OFF_CLOSED = "take_off_closed"
        ATTACH_CUSTOMER = "attach_customer"
        DETACH_CUSTOMER = "detach_customer"
        REDEEM_POINTS = "redeem_points"
        NOTE = "note"
        EXCHANGE = "exchange"
        PARK = "park"
        RECALL = "recall"

    uid = models.UUIDField()
    company = CompanyForeignKey(Company, related_name="+")
    sale = CompanyForeignKey("sales.Sale", db_index=False, related_name="operations")
    seq = models.PositiveIntegerField(_("sequence"))
    kind = models.CharField(_("kind"), max_length=20)
    fingerprint = models.CharField(max_length=64)
    # The answer that the till gets: ok, code, message, line.
    result = models.JSONField(_("result"), default=dict)
    staff_member = CompanyForeignKey("pos.StaffMember", related_name="+")
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("basket operation")
        verbose_name_plural = _("basket operations")
        ordering = ("sale", "seq")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="operation_uid_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["sale", "seq"], name="operation_seq_once_per_sale"
            ),
        ]
        # Hardly ever looked for by time, and written at each scan and sale: small.
        indexes = [
            BrinIndex(
                fields=["recorded_at"],
                pages_per_range=16,
                autosummarize=True,
                name="operation_by_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
