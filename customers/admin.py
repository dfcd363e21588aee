"""Back office: customers, their points, and the rules by which they earn them."""

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models import Customer, LoyaltyProgramme, PointsEntry
from customers.models.search import build_search_condition
from customers.registration.errors import CodeTakenError, EmailTakenError, TakenError
from customers.registration.register import (
    FIELDS,
    deactivate_customer,
    next_code,
    restore_customer,
)
from customers.templatetags.customers_format import points, signed_points
from pos.access.acts import Act
from pos.access.working_company import acts_for_company, company_id_of
from pos.admin.keyed_list import KeyedAdmin
from pos.admin.permanent import PermanentAdmin
from pos.admin.scoping import CompanyAdmin, CompanyForm
from pos.core.errors import DomainError, InvalidAmountError
from pos.core.found_keys import is_one_of
from pos.core.keyset import Order
from pos.core.money import is_money


class CustomerForm(CompanyForm):
    """A customer as typed in the back office; the service's refusals are shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Leave empty for the next free number.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_code(self) -> str:
        code = self.cleaned_data["code"] or self.instance.code
        if not code:
            # The page's own transaction locks the company until it is saved.
            code = next_code(self.instance.company)
        self._refuse(CodeTakenError, code, self._others().with_code(code))
        return code

    def clean_email(self) -> str | None:
        email = (self.cleaned_data["email"] or "").lower() or None
        if email:
            self._refuse(EmailTakenError, email, self._others().with_email(email))
        return email

    def _others(self) -> Any:
        company_id = self.instance.company_id
        return Customer.objects.of_company(company_id).exclude(pk=self.instance.pk)

    def _refuse(
        self, error: type[TakenError], value: str, holders: QuerySet[Customer]
    ) -> None:
        if holder := holders.first():
            raise ValidationError(str(error(value=value, holder=holder)))


@admin.register(Customer)
class CustomerAdmin(KeyedAdmin, CompanyAdmin):
    """Customers are never deleted. Only the ledger changes points."""

    acts = (Act.CUSTOMER_ADDED, Act.CUSTOMER_CHANGED, Act.ROW_DELETED)
    personal_fields = frozenset(FIELDS)

    form = CustomerForm
    list_display = (
        "name",
        "code",
        "phone",
        "email",
        "points_quantity",
        "registered_at",
        "is_active",
    )
    list_filter = ("is_active", "registered_at")
    search_fields = ("name", "code", "email", "phone")
    search_help_text = gettext_lazy("Name, code, e-mail, phone or its last four digits")
    uid_field = "uid"
    actions = ("deactivate_selected", "restore_selected")
    fields = (
        ("name", "code"),
        ("phone", "email"),
        "birthday",
        "address",
        ("points_quantity", "is_active", "registered_at"),
    )
    readonly_fields = ("points_quantity", "is_active", "registered_at")
    # As the index has them.
    ordering = ("name", "pk")
    list_order = Order(("name", "pk"), falls=False)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        # A new customer has no history yet.
        return fields[:-1] if obj is None else fields

    @admin.display(description=gettext_lazy("points"), ordering="points_balance")
    def points_quantity(self, customer: Customer) -> str:
        return points(customer.points_balance)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search as the till does. Only active customers can be chosen."""
        if request.path == reverse("admin:autocomplete"):
            queryset = queryset.filter(is_active=True)
        return super().get_search_results(request, queryset, search_term)

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        """Find by the text as the till does, or by each word of it."""
        each = Q()
        for word in term.split():
            each &= build_search_condition(word)
        return build_search_condition(term) | each

    def page_links(self, request: HttpRequest, obj: Customer) -> list[tuple[str, Any]]:
        ledger = reverse("admin:customers_pointsentry_changelist")
        links: list[tuple[str, Any]] = [
            (f"{ledger}?{urlencode({'customer': obj.pk})}", _("Points"))
        ]
        if acts_for_company(request):
            links.append((obj.get_absolute_url(), _("Purchases")))
            if obj.is_active and request.user.has_perm("customers.adjust_points"):
                address = reverse("customers:adjustment", args=[obj.uid])
                links.append((address, _("Adjust points")))
        return links

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_deactivate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.deactivate_customer")

    @admin.action(
        permissions=["deactivate"], description=gettext_lazy("Deactivate customers")
    )
    def deactivate_selected(
        self, request: HttpRequest, customers: QuerySet[Customer]
    ) -> None:
        done = self._each(request, customers, deactivate_customer, "Deactivated.")
        if done:
            text = ngettext(
                "%d customer is now inactive.", "%d customers are now inactive.", done
            )
            self.message_user(request, text % done, messages.SUCCESS)

    @admin.action(
        permissions=["deactivate"], description=gettext_lazy("Restore customers")
    )
    def restore_selected(
        self, request: HttpRequest, customers: QuerySet[Customer]
    ) -> None:
        done = self._each(request, customers, restore_customer, "Restored.")
        if done:
            text = ngettext(
                "%d customer is active again.", "%d customers are active again.", done
            )
            self.message_user(request, text % done, messages.SUCCESS)

    def _each(
        self,
        request: HttpRequest,
        customers: QuerySet[Customer],
        service: Any,
        change: str,
    ) -> int:
        """Call the service once for each customer, each in its own transaction."""
        done = 0
        for customer in customers.select_related("company"):
            try:
                service(company=customer.company, uid=customer.uid, actor=request.user)
            except DomainError as error:
                self.message_user(request, f"{customer}: {error}", messages.ERROR)
            else:
                self.log_change(request, customer, change)
                done += 1
        return done


class ProgrammeForm(CompanyForm):
    """The value of a point must be an amount that can be taken off a price."""

    def clean_point_value(self) -> Decimal:
        value: Decimal = self.cleaned_data["point_value"]
        if not is_money(value, places=self.instance.company.currency_places):
            raise ValidationError(str(InvalidAmountError(amount=value)))
        return value


@admin.register(LoyaltyProgramme)
class LoyaltyProgrammeAdmin(CompanyAdmin):
    """Each company has one: it is made with the company and changed here."""

    form = ProgrammeForm
    list_display = ("name", "amount_per_point", "point_value", "is_active")
    fieldsets = (
        (None, {"fields": ("name", "is_active")}),
        (_("Earning"), {"fields": ("amount_per_point",)}),
        (_("Redeeming"), {"fields": ("point_value", "redeem_min")}),
        (_("Refunds"), {"fields": ("may_go_negative",)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return (
            super().has_add_permission(request)
            and not self.get_queryset(request).exists()
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PointsEntry)
class PointsEntryAdmin(PermanentAdmin):
    list_display = (
        "entered_at",
        "customer",
        "kind",
        "points_quantity",
        "balance_quantity",
        "reason",
        "staff_member",
    )
    list_select_related = ("customer", "staff_member")
    list_filter = ("kind", "entered_at", "staff_member")
    search_fields = ("customer__name", "customer__code", "reason")
    search_help_text = gettext_lazy(
        "Customer, code, reason, or the whole uid of the source"
    )
    uid_field = "source"
    fields = (
        "customer",
        "kind",
        "points_quantity",
        "balance_quantity",
        "reason",
        "staff_member",
        "entered_at",
        "recorded_at",
        "source",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        customers = Customer.objects.of_company(company_id_of(request))
        found = customers.filter(build_search_condition(term))
        said = ~Q(reason="") & Q(reason__icontains=term)
        return is_one_of("customer", found) | said

    @admin.display(description=gettext_lazy("points"), ordering="points")
    def points_quantity(self, entry: PointsEntry) -> str:
        return signed_points(entry.points)

    @admin.display(description=gettext_lazy("balance"))
    def balance_quantity(self, entry: PointsEntry) -> str:
        return points(entry.balance_after)
