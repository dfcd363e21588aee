"""Fiscal document: one link of a till's chain."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, CompanyOneToOneField
from pos.core.querysets import LockableQuerySet
from pos.models import Company, Till

SEAL_LENGTH = 8


class FiscalDocument(models.Model):
    """One link of a till's chain: a sale, a refund or a Z report; permanent.

    ``text`` is the canonical JSON of every fiscal field, without personal data;
    ``hash`` is SHA-256 of the previous hash and the text. A changed, removed,
    inserted or reordered document breaks the chain, and the till's row holds
    the last hash, so that a cut tail shows too.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        REFUND = "refund", _("refund")
        Z_REPORT = "z_report", _("Z report")

    company = CompanyForeignKey(Company, related_name="+")
    till = CompanyForeignKey(Till, db_index=False, related_name="fiscal_documents")
    chain_no = models.PositiveIntegerField(_("chain number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    sale = CompanyOneToOneField("sales.Sale", null=True, related_name="fiscal_document")
    z_report = CompanyOneToOneField(
        "sales.ZReport", null=True, related_name="fiscal_document"
    )
    text = models.TextField(_("text"))
    previous_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiscal document")
        verbose_name_plural = _("fiscal documents")
        ordering = ("till", "chain_no")
        constraints = [
            # In place of the key of the column: one in a hundred rows has one.
            models.UniqueConstraint(
                fields=["z_report"],
                condition=Q(z_report__isnull=False),
                name="z_report_is_documented_once",
            ),
            models.UniqueConstraint(
                fields=["till", "chain_no"],
                name="chain_number_once_per_till",
            ),
            models.UniqueConstraint(
                fields=["company", "till", "previous_hash"], name="chain_never_forks"
            ),
            models.CheckConstraint(
                name="document_names_what_it_documents",
                condition=Q(kind="z_report", sale__isnull=True, z_report__isnull=False)
                | Q(
                    kind__in=("sale", "refund"),
                    sale__isnull=False,
                    z_report__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.till} {self.chain_no}"

    @property
    def seal(self) -> str:
        """The start of its hash, as paper prints it: ``7c1e90b4``.

        A paper that somebody keeps shows later whether the document is still the same.
        """
        return self.hash[:SEAL_LENGTH]
