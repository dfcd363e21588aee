"""Company scope: keeps every page of the back office inside one company.

An admin of rows that belong to a company builds on :class:`CompanyAdmin`, its
inlines on :class:`CompanyInline`; ledgers on the pair of ``permanent.py``. What another
company owns is answered as if it did not exist.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, ValidationError
from django.db import DataError
from django.db.models import (
    Field,
    ForeignKey,
    ManyToManyField,
    Model,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.fields.related import RelatedField
from django.forms import Field as FormField
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import company_id_of, company_of
from pos.admin.keys import KeySelect, is_key
from pos.admin.recorded import RecordedAdmin
from pos.catalogue.find_products import find_by_code
from pos.core.fields import MoneyField
from pos.core.found_keys import find_first
from pos.models import Company

SEARCH_LENGTH_MAX = 200
SEARCH_WORDS_MAX = 10
# Of any model: what is on a label or a card.
SCANNED_FIELDS = frozenset({"code", "sku"})
HASH = re.compile(r"[0-9a-f]{8,64}")


def within_company(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows that this request may see; all, if no company owns them."""
    company_id = company_id_of(request)
    if rows.model is Company:
        return rows.filter(pk=company_id)
    if any(field.name == "company" for field in rows.model._meta.get_fields()):
        return rows.filter(company_id=company_id) if company_id else rows.none()
    return rows


def tidy_figures(form: forms.ModelForm, *, places: int) -> None:
    """Show numbers without the zeros that the column adds.

    ``places`` are those of the currency.
    """
    for name, value in form.initial.items():
        if isinstance(value, Decimal):
            field = form.instance._meta.get_field(name)
            least = places if isinstance(field, MoneyField) else 0
            used = max(least, -int(value.normalize().as_tuple().exponent))
            form.initial[name] = value.quantize(Decimal(1).scaleb(-used))


class CompanyForm(forms.ModelForm):
    """A form on a row of one company.

    The company is not a field. It is set before validation, so that constraints
    that start with it are checked, and a refusal is shown at the field that was
    typed.
    """

    company: Company | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.company_id is None and self.company is not None:
            self.instance.company = self.company
        places = self.company.currency_places if self.company else 0
        tidy_figures(self, places=places)

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"company"}

    def _update_errors(self, errors: ValidationError) -> None:
        """Show the refusal of a taken value at the field where it was typed."""
        general = errors.error_dict.pop(NON_FIELD_ERRORS, [])
        for name, refusal in self._find_taken_values() if general else ():
            general = [one for one in general if one.messages != refusal.messages]
            errors.error_dict.setdefault(name, []).append(
                ValidationError(
                    _("Another %(row)s of the company already has this %(field)s."),
                    code="taken",
                    params={
                        "row": self.instance._meta.verbose_name,
                        "field": self.fields[name].label,
                    },
                )
            )
        if general:
            errors.error_dict[NON_FIELD_ERRORS] = general
        super()._update_errors(errors)  # type: ignore[misc]

    def _find_taken_values(self) -> Iterator[tuple[str, ValidationError]]:
        """Return each field whose value another row of the company has."""
        exclude = self._get_validation_exclusions()
        for constraint in self.instance._meta.constraints:
            typed = [f for f in getattr(constraint, "fields", ()) if f in self.fields]
            if len(typed) == 1:
                try:
                    constraint.validate(
                        type(self.instance), self.instance, exclude=exclude
                    )
                except ValidationError as refusal:
                    yield typed[0], refusal


class CompanyRelatedFilter(admin.RelatedFieldListFilter):
    """Offers only what the company owns."""

    def field_choices(
        self, field: RelatedField, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[Any]:
        rows = within_company(request, field.related_model._default_manager.all())
        ordering = self.field_admin_ordering(field, request, model_admin)
        if ordering:
            rows = rows.order_by(*ordering)
        return [(row.pk, str(row)) for row in rows]


class CompanyScopedAdmin(BaseModelAdmin):
    """What pages and their inlines share."""

    form: type[forms.ModelForm] = CompanyForm
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget({"rows": 3})}}

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Offer to add what a list lacks, but not to change or delete it there.

        In the field of a code, Enter goes to the next field and does not save the page:
        a scanner ends each code with it.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in SCANNED_FIELDS:
            field.widget.attrs["data-takes-scan"] = True
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return within_company(request, super().get_queryset(request))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = within_company(request, field.queryset)
        return field

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = within_company(request, field.queryset)
        return field

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return (*(super().get_exclude(request, obj) or ()), "company")


class CompanyInline(CompanyScopedAdmin, admin.TabularInline):
    extra = 0

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Name each field for a screen reader, since its heading is far above."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            widget = field.widget
            if isinstance(widget, RelatedFieldWidgetWrapper):
                widget = widget.widget
            widget.attrs["aria-label"] = capfirst(field.label)
        return field

    def get_formset(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: Any
    ) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        cast(type[CompanyForm], formset.form).company = company_of(request)
        return formset


class CompanyAdmin(CompanyScopedAdmin, RecordedAdmin):
    """Shows, changes and adds rows of the request's company, and of no other."""

    # The admin's own shortcut to a row's page would look in every company.
    view_on_site = False
    list_per_page = 50
    empty_value_display = "–"
    # The field in which a whole uid from the search box is looked up.
    uid_field: str | None = None
    # The field in which the start of a hash, as paper prints it, is looked up.
    hash_field: str | None = None
    # The field of the product that a scanned code names.
    product_field: str | None = None

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        cast(type[CompanyForm], form).company = company_of(request)
        return form

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if not change:
            obj.company_id = company_id_of(request)
        super().save_model(request, obj, form, change)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._scoped_filter(item) for item in super().get_list_filter(request)]

    def _scoped_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        last = get_fields_from_path(self.model, item)[-1]
        return (item, CompanyRelatedFilter) if last.is_relation else item

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as error:
            # A value in the address cannot be compared with the column.
            raise IncorrectLookupParameters from error

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Carry out an action on the ticked rows, each named by its key."""
        keys = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(is_key(self.model, key) for key in keys):
            raise BadRequest("not the key of a row")
        return super().response_action(request, queryset, *args, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if "password" in lookup:
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.replace("\0", "")[:SEARCH_LENGTH_MAX].split()
        term = " ".join(words[:SEARCH_WORDS_MAX])
        if self.uid_field and (uid := _uid_in(term)):
            return queryset.filter(**{self.uid_field: uid}), False
        if self.hash_field and (start := _hash_in(term)):
            found = queryset.filter(**{f"{self.hash_field}__startswith": start})
            if found.exists():
                return found, False
        if self.product_field:
            product = find_by_code(company_of(request), search_term)
            found = queryset.filter(**{self.product_field: product})
            if product is not None and found.exists():
                return found, False
        condition = self.find_rows(request, term) if term else None
        if condition is not None:
            return find_first(queryset, condition), False
        return super().get_search_results(request, queryset, term)

    def find_rows(self, request: HttpRequest, term: str) -> Q | None:
        """Return what is true of the rows that match, where an index finds them.

        ``None``, and each row is compared: where a list does not grow with the sales.
        """
        return None

    def page_links(self, request: HttpRequest, obj: Any) -> list[tuple[str, Any]]:
        """Addresses and labels of what else can be done with the row of a page."""
        return []

    def render_change_form(  # noqa: PLR0913  the admin's own arguments
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context["page_links"] = self.page_links(request, obj)
        return super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_in_company(request) and super().has_module_permission(request)

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._is_in_company(request, obj) and super().has_view_permission(
            request, obj
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_in_company(request) and super().has_add_permission(request)

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._is_in_company(request, obj) and super().has_change_permission(
            request, obj
        )

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._is_in_company(request, obj) and super().has_delete_permission(
            request, obj
        )

    def _is_in_company(self, request: HttpRequest, row: Any = None) -> bool:
        """Whether a company is chosen, and owns the row."""
        company_id = company_id_of(request)
        return company_id is not None and (row is None or row.company_id == company_id)


def _hash_in(term: str) -> str:
    """Return the start of a hash, as paper or a page shows it; empty for none."""
    start = term.replace(" ", "").lower()
    return start if HASH.fullmatch(start) else ""


def _uid_in(term: str) -> UUID | None:
    try:
        return UUID(term.strip())
    except ValueError:
        return None
