"""Field history: what the fields of a row were, and who changed them when and where."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company, Till
from pos.models.staff import StaffMember


class FieldChange(models.Model):
    """One field of one row, from and to; written by triggers alone.

    ``kind`` is the row's model and ``row_key`` its primary key. A value is the text
    that the database makes of it, and NULL where there was none. The person and till
    are those that the transaction named. ``database_user`` is there in any case: it is
    all that is known of a change that was typed as SQL.
    """

    # Every other key of a row may be empty: this one has a constraint of its own.
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="+"
    )
    kind = models.CharField(_("kind of object"), max_length=60)
    row_key = models.BigIntegerField()
    field = models.CharField(_("field"), max_length=60)
    before = models.TextField(null=True)  # noqa: DJ001  empty is a value
    after = models.TextField(null=True)  # noqa: DJ001
    is_personal = models.BooleanField(default=False)
    is_erased = models.BooleanField(default=False)
    staff_member = CompanyForeignKey(
        StaffMember, null=True, related_name="+", verbose_name=_("staff member")
    )
    till = CompanyForeignKey(Till, null=True, related_name="+", verbose_name=_("till"))
    actor_name = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=600, blank=True)
    database_user = models.CharField(max_length=63)
    changed_at = models.DateTimeField(_("time"), db_default=Now())

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a field")
        verbose_name_plural = _("changes of fields")
        ordering = ("-pk",)
        # Read on the page of its row, by those who may see that.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="only_personal_values_are_erased",
                condition=Q(is_erased=False)
                | Q(is_personal=True, before__isnull=True, after__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "kind", "row_key", "-id"], name="changes_of_a_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_key} {self.field}"
