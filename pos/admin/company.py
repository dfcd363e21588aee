"""Back office: the company, its outlets and its tills."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DataError, transaction
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.companies import ensure_reference_data
from pos.access.working_company import company_id_of, may_choose_company
from pos.admin.devices import EnrolmentOfDevices
from pos.admin.recorded import RecordedAdmin
from pos.admin.scoping import CompanyAdmin, CompanyForm, CompanyInline, tidy_figures
from pos.core.receipt_numbers import SALE, format_receipt_number
from pos.models import (
    CHOSEN_TENDERS,
    Company,
    Outlet,
    StaffMember,
    Till,
)


class OutletInline(CompanyInline):
    model = Outlet
    fields = ("code", "name", "time_zone", "is_active")
    show_change_link = True
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outlet]:
        # The company of the page, which may differ from the session's.
        return Outlet.objects.all()


class CompanyRowForm(forms.ModelForm):
    accepted_tenders = forms.MultipleChoiceField(
        label=_("Payment methods"),
        choices=[(kind, capfirst(name)) for kind, name in CHOSEN_TENDERS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Payment methods offered at the tills."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tidy_figures(self, places=self.instance.currency_places)


@admin.register(Company)
class CompaniesAdmin(RecordedAdmin):
    """A company's own row; all of them for an installation administrator."""

    form = CompanyRowForm
    list_display = ("name", "code", "currency", "gst_number", "time_zone")
    search_fields = ("name", "code", "registration_number", "gst_number")
    view_on_site = False
    inlines = (OutletInline,)
    actions = ("give_reference_data",)
    formfield_overrides = CompanyAdmin.formfield_overrides
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "code"),
                    "registration_number",
                    "tax_name",
                    "gst_number",
                    "gst_registered_on",
                    "address",
                    "phone",
                )
            },
        ),
        (
            _("Money and tax"),
            {
                "fields": (
                    ("currency", "currency_symbol", "currency_places"),
                    "prices_include_tax",
                    "tax_rounding",
                    ("cash_rounding", "cash_rounding_step"),
                    "allows_cash_below_zero",
                    "charges_container_deposits",
                    "accepted_tenders",
                    "time_zone",
                )
            },
        ),
        (_("Tills"), {"fields": (("pin_digits", "lock_minutes"),)}),
        (
            _("Labels of scales"),
            {
                "fields": (
                    "label_value",
                    ("label_item_digits", "label_value_digits"),
                )
            },
        ),
        (_("Receipts"), {"fields": ("receipt_header", "receipt_footer")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        companies = super().get_queryset(request)
        if may_choose_company(request):
            return companies
        return companies.filter(pk=company_id_of(request))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except DataError as error:
            # The value in the address is not a list of ways to pay.
            raise IncorrectLookupParameters from error

    def get_readonly_fields(
        self, request: HttpRequest, obj: Company | None = None
    ) -> tuple[str, ...]:
        if obj is not None and obj.tills.filter(last_chain_no__gt=0).exists():
            return ("currency", "currency_places")  # sales are recorded in it
        return ()

    @admin.action(
        permissions=["add"], description=_("Add the standard roles and rates")
    )
    def give_reference_data(
        self, request: HttpRequest, companies: QuerySet[Any]
    ) -> None:
        for company in companies:
            actor = cast(StaffMember, request.user)
            with transaction.atomic():
                name_actor(actor)
                ensure_reference_data(company=company)
                record(
                    Act.REFERENCE_DATA_ADDED,
                    actor=actor,
                    subject=company,
                )
            self.log_change(
                request, company, gettext("Added the missing roles and rates.")
            )
        self.message_user(request, gettext("Roles and rates are complete."))

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        deposits = obj.container_deposits.in_force(localdate())
        if obj.charges_container_deposits and not deposits.exists():
            text = _("No deposit is in force yet: add one under Container deposits.")
            self.message_user(request, text, messages.WARNING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_choose_company(request)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


class TillForm(CompanyForm):
    """Code and outlet cannot change once the till has numbered a receipt."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", "outlet"):
            if name in self.fields and self.instance.last_chain_no:
                self.fields[name].disabled = True
                self.fields[name].help_text = _(
                    "Printed on receipts; cannot be changed."
                )

    def save(self, commit: bool = True) -> Any:
        """Save what was typed and no more: what is done at the till moves the rest."""
        if not commit or self.instance._state.adding:
            return super().save(commit)
        self.instance.save(update_fields=self.changed_data)
        return self.instance


class TillInline(CompanyInline):
    model = Till
    form = TillForm
    fields = ("code", "name", "is_active")
    show_change_link = True
    can_delete = False


@admin.register(Outlet)
class OutletAdmin(CompanyAdmin):
    list_display = ("name", "code", "till_count", "zone", "is_active")
    list_select_related = ("company",)
    list_filter = ("is_active",)
    search_fields = ("name", "code", "address")
    ordering = ("name",)
    inlines = (TillInline,)
    fieldsets = (
        (None, {"fields": (("name", "code"), "is_active")}),
        (_("On receipts"), {"fields": ("address", "phone")}),
        (_("Time"), {"fields": ("time_zone", "day_ends_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outlet]:
        return super().get_queryset(request).annotate(tills_there=Count("tills"))

    @admin.display(description=_("tills"), ordering="tills_there")
    def till_count(self, outlet: Any) -> int:
        return outlet.tills_there

    @admin.display(description=_("time zone"))
    def zone(self, outlet: Outlet) -> str:
        return str(outlet.zone)


@admin.register(Till)
class TillAdmin(EnrolmentOfDevices):
    form = TillForm
    list_display = ("name", "code", "outlet", "last_receipt", "is_active")
    list_select_related = ("outlet",)
    list_filter = ("outlet", "is_active")
    search_fields = ("name", "code")
    autocomplete_fields = ("outlet",)
    readonly_fields = (
        "last_sale_number",
        "last_refund_number",
        "last_z_number",
        "last_chain_no",
        "chain_head",
    )
    fieldsets = (
        (None, {"fields": (("name", "code"), "outlet", "is_active")}),
        (
            _("Numbers"),
            {
                "fields": readonly_fields,
                "description": _("Assigned by the till; cannot be edited."),
            },
        ),
    )

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if change:
            form.save()
        else:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("last receipt"), ordering="last_sale_number")
    def last_receipt(self, till: Till) -> str | None:
        if not till.last_sale_number:
            return None
        return format_receipt_number(till.code, SALE, till.last_sale_number)
