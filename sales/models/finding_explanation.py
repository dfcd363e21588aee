"""Finding explanation: why something that a check found is known to be so."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company


class FindingExplanation(models.Model):
    """Somebody knows why a check of the books finds this, and says so; permanent.

    ``finding_hash`` is that of the check, the offender and the facts that make it
    wrong. When these facts change, the finding is a new one without an explanation.
    """

    company = CompanyForeignKey(Company, related_name="+")
    check_id = models.CharField(_("check"), max_length=10)
    offender = models.TextField(_("finding"))
    finding_hash = models.CharField(_("hash of the finding"), max_length=64)
    reason = models.CharField(_("reason"), max_length=REASON_MAX)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("explained finding")
        verbose_name_plural = _("explained findings")
        ordering = ("-pk",)
        permissions = [
            ("explain_finding", gettext_noop("Can explain what a check found")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "finding_hash"], name="finding_is_explained_once"
            ),
            models.CheckConstraint(
                name="an_explanation_has_a_reason", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="an_explanation_names_a_finding",
                condition=~Q(check_id="") & ~Q(finding_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.offender}"
