"""Back office: rates that are in force from a day on, of tax and of deposits."""

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import ForeignKeyViolation, RestrictViolation

from pos.access.working_company import company_of
from pos.admin import columns
from pos.admin.scoping import CompanyAdmin, CompanyForm
from pos.core.money import is_money
from pos.models import ContainerDeposit, TaxCode, TaxRate
from pos.templatetags import pos_format

# The words of the admin's own action.
DELETE_SELECTED = delete_selected.short_description  # type: ignore[attr-defined]

# The others are at zero per cent by definition.
RATED = frozenset({TaxCode.SR, TaxCode.DS})


class RateForm(CompanyForm):
    """A rate that sales have used is not changed: a later one follows it."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and not may_write(self.instance, Model.save):
            self.add_error(
                None,
                _(
                    "Sales have used the rate of this time: it cannot be changed."
                    " Add a rate that is valid from a later day."
                ),
            )


def may_write(used: Model, write: Callable[[Model], object]) -> bool:
    """Whether the database lets this be done to the row: it is tried and undone.

    Only the database knows which of them finished sales have used.
    """
    row = copy(used)
    row._state = copy(used._state)
    try:
        with transaction.atomic():
            write(row)
            transaction.set_rollback(True)
    except IntegrityError as error:
        if isinstance(error.__cause__, RestrictViolation | ForeignKeyViolation):
            return False
        raise
    return True


class UsedAdmin(CompanyAdmin):
    """Rows of which those that sales have used are not deleted, but kept."""

    actions = ("delete_selected",)
    # What to do with one that is kept.
    instead: ClassVar[Any] = _("Add one that is valid from a later day.")

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        may = row is not None and self.has_delete_permission(request, row)
        # To know whether it was used it is deleted and brought back: not to look at it.
        is_asked = request.method != "POST"
        if row is None or not may or is_asked or may_write(row, Model.delete):
            return super().delete_view(request, object_id, extra_context)
        self._say_kept(request, [row])
        page = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(f"admin:{page}", quote(row.pk))

    @admin.action(permissions=["delete"], description=DELETE_SELECTED)
    def delete_selected(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        kept = [row for row in queryset if not may_write(row, Model.delete)]
        if kept:
            self._say_kept(request, kept)
            return None
        return delete_selected(self, request, queryset)

    def _say_kept(self, request: HttpRequest, rows: Iterable[Model]) -> None:
        text = gettext("%(rows)s: used, so it cannot be deleted. %(instead)s")
        names = ", ".join(map(str, rows))
        said = text % {"rows": names, "instead": self.instead}
        self.message_user(request, said, messages.ERROR)


class RateAdmin(UsedAdmin):
    date_hierarchy = "valid_from"


class TaxRateForm(RateForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        code, rate = cleaned.get("tax_code"), cleaned.get("rate")
        if rate is not None and not 0 <= rate < 1:
            self.add_error("rate", _("Enter the rate as a fraction: 0.09 for 9 %."))
        elif rate and code not in RATED:
            refusal = _("%(code)s carries no tax: its rate must be 0.")
            self.add_error("rate", ValidationError(refusal, params={"code": code}))
        return cleaned


@admin.register(TaxRate)
class TaxRateAdmin(RateAdmin):
    form = TaxRateForm
    list_display = ("tax_code", "percentage", "valid_from")
    list_filter = ("tax_code",)
    search_fields = ("tax_code",)

    @admin.display(description=_("rate"), ordering="rate")
    def percentage(self, tax_rate: TaxRate) -> str:
        return pos_format.percent(tax_rate.rate)


def charges_deposits(request: HttpRequest) -> bool:
    """Whether pages speak of deposits on containers; elsewhere nobody sees them."""
    company = company_of(request)
    return company is None or company.charges_container_deposits


def without_containers(request: HttpRequest, fieldsets: Any) -> Any:
    """Return the parts of a product's page; without containers where none count."""
    if charges_deposits(request):
        return fieldsets
    return [
        (name, {"fields": [one for one in part["fields"] if one != "containers"]})
        for name, part in fieldsets
    ]


class ContainerDepositForm(RateForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        amount, company = cleaned.get("amount"), self.instance.company
        if amount is not None and not is_money(amount, places=company.currency_places):
            refusal = _("%(currency)s has %(places)s decimal places.")
            facts = {
                "currency": company.currency,
                "places": company.currency_places,
            }
            self.add_error("amount", ValidationError(refusal, params=facts))
        return cleaned


@admin.register(ContainerDeposit)
class ContainerDepositAdmin(RateAdmin):
    form = ContainerDepositForm
    list_display = ("valid_from", "deposit")
    list_display_links = ("valid_from",)
    list_select_related = ("company",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the start page names it: where the company charges deposits."""
        return charges_deposits(request) and super().has_module_permission(request)

    @admin.display(description=_("deposit on a container"), ordering="amount")
    def deposit(self, row: ContainerDeposit) -> str:
        return columns.amount(row.amount, row.company)
