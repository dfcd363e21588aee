"""Back office: kinds of vouchers, with the goods that they do not pay for."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pos.admin import columns
from pos.admin.parts import PartInline
from pos.admin.rates import UsedAdmin
from pos.admin.scoping import CompanyForm
from pos.models import TenderKind, VoucherExclusion, VoucherKind

SWITCH_OFF = _("Switch it off instead.")


class CodeField(forms.CharField):
    """A code, in small letters whatever was typed."""

    def to_python(self, value: Any) -> Any:
        return str(super().to_python(value)).lower()


class VoucherKindForm(CompanyForm):
    class Meta:
        field_classes = {"code": CodeField}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        known = {*TenderKind.values, *(str(label) for label in TenderKind.labels)}
        if name.casefold() in {one.casefold() for one in known}:
            raise ValidationError(_("That is the name of another way to pay."))
        return name


class ExclusionInline(PartInline):
    """A part of the kind of voucher: who may change it may change these."""

    model = VoucherExclusion
    verbose_name = _("restriction")
    verbose_name_plural = VoucherExclusion._meta.verbose_name_plural
    fields = ("restriction",)


@admin.register(VoucherKind)
class VoucherKindAdmin(UsedAdmin):
    form = VoucherKindForm
    list_display = ("name", "code", "excluded", "pays_deposits", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    ordering = ("name",)
    fields = (("name", "code"), "pays_deposits", "is_active")
    inlines = (ExclusionInline,)
    instead = SWITCH_OFF

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoucherKind]:
        kinds = super().get_queryset(request)
        return kinds.prefetch_related("exclusions__restriction")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> list[str] | tuple[str, ...]:
        """The code stays: tenders and files name the kind by it."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "code") if obj is not None else fields

    @admin.display(description=_("does not pay for"))
    def excluded(self, kind: VoucherKind) -> str:
        rows = kind.exclusions.all()
        return ", ".join(str(row.restriction) for row in rows) or columns.NOTHING
