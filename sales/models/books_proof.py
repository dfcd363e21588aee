"""Books proof: the saved result of one run of the checks of the books."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.querysets import LockableQuerySet
from pos.models import Company


class BooksProofQuerySet(LockableQuerySet["BooksProof"]):
    def proven(self) -> Self:
        """Those that found nothing and say how far they read, the last one first."""
        return self.exclude(proven={}).order_by("-pk")


class BooksProof(models.Model):
    """The result of one run of the checks on the company's books; permanent.

    ``results`` has one entry for each check: its id, its sentence, how many it
    found, the first of them, how long it took, and why it failed if it did.
    ``proven`` is how far the books were read by a run that found nothing, for the
    next one to go on from (``sales/books/incremental.py``).
    """

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="+"
    )
    # The time of the snapshot.
    proven_at = models.DateTimeField(_("checked at"))
    # What started the run: the name of a command.
    started_by = models.CharField(_("started by"), max_length=100)
    since = models.DateField(
        _("sales since"),
        null=True,
        blank=True,
        help_text=_(
            "Leave empty to check everything; balances are always checked in full."
        ),
    )
    continues_at = models.DateTimeField(
        _("goes on from"),
        null=True,
        blank=True,
        help_text=_(
            "Only what was added since this check was read, and all balances. Empty"
            " if everything was."
        ),
    )
    checks = models.PositiveIntegerField(_("checks"))
    violations = models.PositiveIntegerField(_("violations"))
    failures = models.PositiveIntegerField(
        _("checks not run"), help_text=_("These have not been checked.")
    )
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    results = models.JSONField(_("results"))
    proven = models.JSONField(default=dict, editable=False)
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = BooksProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of the books")
        verbose_name_plural = _("checks of the books")
        ordering = ("-pk",)
        # Beside the checks of the books, those of the server.
        permissions = [("view_health", gettext_noop("Can view how the server is"))]
        constraints = [
            models.CheckConstraint(
                name="a_proof_makes_checks",
                condition=Q(checks__gt=0, failures__lte=models.F("checks")),
            ),
        ]

    def __str__(self) -> str:
        return f"{localtime(self.proven_at):%Y-%m-%d %H:%M}"

    @property
    def is_clean(self) -> bool:
        return not self.violations and not self.failures
