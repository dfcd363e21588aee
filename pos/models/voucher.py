"""Voucher kind: a way to pay of the company's own making, and what it pays for."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.ids import uuid7
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company
from pos.models.restriction import Restriction
from pos.models.tender_kind import CHOSEN_TENDERS, KIND_MAX, TenderKind

# What the payment screen calls something else.
NO_KINDS = ("none", "pending", "points")

OWN_CODE = RegexValidator(
    r"\A[a-z0-9][a-z0-9_-]*\Z",
    _("Use small letters, digits, - and _ only."),
)


class VoucherKind(models.Model):
    """A kind of voucher that the company takes, as a way to pay of its own.

    ``code`` is the ``kind`` of its tenders, so it stays. A voucher
    gives no change and no cash back. It pays for goods of no restriction that is
    excluded, and for the deposits on their containers only where ``pays_deposits``.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="voucher_kinds"
    )
    code = models.CharField(
        _("code"),
        max_length=KIND_MAX,
        validators=[OWN_CODE],
        help_text=_("Short, as in files: cdc. It stays as it is."),
    )
    name = models.CharField(
        _("name"),
        max_length=40,
        help_text=_("As shown at the till and on receipts: CDC voucher."),
    )
    pays_deposits = models.BooleanField(
        _("pays for container deposits"),
        default=False,
        help_text=_("Of the goods that it pays for."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of voucher")
        verbose_name_plural = _("kinds of vouchers")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code"], name="voucher_kind_code_once_per_company"
            ),
            models.UniqueConstraint(
                "company",
                Lower("name"),
                name="voucher_kind_name_once_per_company",
                violation_error_message=_("Another kind of voucher has this name."),
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="voucher_kind_uid_once_per_company"
            ),
            models.CheckConstraint(
                name="voucher_kind_is_none_of_the_known_ways_to_pay",
                condition=~Q(code="")
                & ~Q(name="")
                & Q(code=Lower("code"))
                & ~Q(code__in=[*TenderKind.values, *NO_KINDS]),
                violation_error_message=_(
                    "That is the code of another way to pay. Choose another."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VoucherExclusion(models.Model):
    """Goods of this restriction are not paid by vouchers of this kind."""

    company = CompanyForeignKey(Company, related_name="+")
    voucher_kind = CompanyForeignKey(
        VoucherKind, models.CASCADE, related_name="exclusions"
    )
    restriction = CompanyForeignKey(
        Restriction,
        related_name="voucher_exclusions",
        verbose_name=_("goods of the restriction"),
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods that it does not pay for")
        verbose_name_plural = _("goods that it does not pay for")
        # A part of its kind of voucher.
        default_permissions = ()
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "voucher_kind", "restriction"],
                name="restriction_excluded_once_per_voucher_kind",
                violation_error_message=_("This restriction is named twice."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.restriction)


def name_kind(kind: str, company: Company) -> str:
    """Return what a way to pay is called, inside a sentence: ``cash``, ``CDC voucher``.

    The names of a company's own kinds are read once for each instance of it.
    """
    if kind in TenderKind.values:
        return str(TenderKind(kind).label)
    return company.voucher_names.get(kind, kind)


def is_known_kind(kind: str, company: Company) -> bool:
    """Whether it is a way to pay, or an exchange, taken now or not."""
    return kind in TenderKind.values or kind in company.voucher_names


def title_kind(kind: str, company: Company) -> str:
    """Return what a way to pay is called as the first word of a line: ``PayNow``."""
    name = name_kind(kind, company)
    return name[:1].upper() + name[1:]


def list_kinds(company: Company) -> list[str]:
    """Return every kind of tender that the company knows, taken now or not."""
    chosen = [kind for kind, _label in CHOSEN_TENDERS]
    return [*chosen, *sorted(company.voucher_names)]
