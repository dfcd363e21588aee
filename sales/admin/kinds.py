"""Kinds of tenders in lists of the back office: by their names, and as a filter."""

from copy import copy
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import company_id_of
from pos.admin.permanent import PermanentAdmin
from pos.models import TenderKind, VoucherKind
from pos.models.voucher import name_kind


class KindFilter(admin.ChoicesFieldListFilter):
    """Filters by a way to pay; the company's own kinds of vouchers are among them."""

    def __init__(
        self, field: Any, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> None:
        own = VoucherKind.objects.of_company(company_id_of(request)).order_by("name")
        field = copy(field)
        field.choices = [
            *((kind, capfirst(label)) for kind, label in TenderKind.choices),
            *own.values_list("code", "name"),
        ]
        super().__init__(field, request, *args, **kwargs)


KIND = _("kind")


def kind_column(field: str, label: Any = KIND) -> Any:
    """Return the column that shows the kind in this field by its name."""

    @admin.display(description=label, ordering=field)
    def show_kind(row: Any) -> str:
        return name_kind(getattr(row, field), row.company)

    return show_kind


class KindAdmin(PermanentAdmin):
    """A ledger whose rows name kinds of tenders; the names are read once."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("company__voucher_kinds")
