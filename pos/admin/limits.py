"""Back office: the page "Limits", with acts down and roles across."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access.errors import LimitsChangedError
from pos.access.limits import RULES, SETS_LIMITS, Unit, format_value
from pos.access.set_limits import Cell, LimitTable, read_limits, set_limits
from pos.access.working_company import company_of
from pos.admin.permanent import PermanentAdmin
from pos.core.forms import RefusableForm
from pos.models import Company, Limit, Role, StaffMember
from pos.models.limits import LimitedAct

HUNDRED = Decimal(100)


class LimitsForm(RefusableForm):
    """One field for each act and role; empty is without a limit, 0 is never alone."""

    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, company: Company, table: LimitTable, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.table = company, table
        self.initial["version"] = table.version
        for (role, act), value in table.values.items():
            self.fields[_name(role, act)] = _field(act, company)
            self.initial[_name(role, act)] = _plain(act, value, company)

    def rows(self) -> Iterable[tuple[str, str, list[tuple[BoundField, Role, str]]]]:
        """Yield each act with its unit, and the field of each role.

        With the field is what is saved, where somebody else has saved something else
        meanwhile than what was typed.
        """
        for act, rule in RULES.items():
            cells = [
                (self[_name(role.pk, act)], role, self._saved(role.pk, act))
                for role in self.table.roles
            ]
            yield str(LimitedAct(act).label), _unit(rule.unit, self.company), cells

    def _saved(self, role: int, act: str) -> str:
        if not isinstance(self.refusal, LimitsChangedError):
            return ""
        value = self.table.values[role, act]
        if self.cleaned_data.get(_name(role, act)) == value:
            return ""
        if value is None:
            return gettext("no limit")
        return format_value(act, value, self.company)

    def values(self) -> dict[Cell, Decimal | None]:
        return {
            (role, act): self.cleaned_data[_name(role, act)]
            for role, act in self.table.values
        }

    def show_latest(self, table: LimitTable) -> None:
        """Save on top of this table next time; what was typed stays."""
        self.table = table
        self.data = {**self.data.dict(), "version": table.version}  # type: ignore[attr-defined]


def _name(role: int, act: str) -> str:
    return f"{act}-{role}"


def _field(act: str, company: Company) -> forms.DecimalField:
    unit = RULES[act].unit
    places = {Unit.PERCENT: 2, Unit.MONEY: company.currency_places}.get(unit, 0)
    return forms.DecimalField(
        label=LimitedAct(act).label,
        required=False,
        min_value=0,
        max_value=HUNDRED if unit == Unit.PERCENT else None,
        max_digits=9 + places,
        decimal_places=places,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "size": 9, "autocomplete": "off"}
        ),
    )


def _plain(act: str, value: Decimal | None, company: Company) -> str:
    if value is None:
        return ""
    if RULES[act].unit == Unit.MONEY:
        return f"{value:.{company.currency_places}f}"
    return f"{value.normalize():f}"


def _unit(unit: Unit, company: Company) -> str:
    if unit == Unit.MONEY:
        return company.currency_symbol
    return {Unit.PERCENT: "%", Unit.DAYS: gettext("days")}.get(unit, gettext("number"))


@admin.register(Limit)
class LimitAdmin(PermanentAdmin):
    """Shows one page to those who set limits, and to others what was set."""

    list_display = ("role", "act_name", "value")
    list_select_related = ("role",)
    fields = ("role", "act_name", "value")

    @admin.display(description=_("act"), ordering="act")
    def act_name(self, limit: Limit) -> str:
        return str(LimitedAct(limit.act).label)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        company = company_of(request)
        if company is None or not request.user.has_perm(SETS_LIMITS):
            return super().changelist_view(request, extra_context)
        form = LimitsForm(
            request.POST or None, company=company, table=read_limits(company)
        )
        if request.method == "POST" and form.is_valid() and _save(request, form):
            messages.success(request, gettext("The limits are saved."))
            return redirect("admin:pos_limit_changelist")
        context = {
            **admin.site.each_context(request),
            "title": gettext("Limits"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/pos/limits.html", context)


def _save(request: HttpRequest, form: LimitsForm) -> bool:
    """Save all of it, or show why not; whether it is saved."""
    with form.show_refusals():
        set_limits(
            company=form.company,
            values=form.values(),
            version=form.cleaned_data["version"],
            actor=cast(StaffMember, request.user),
        )
    if form.refusal is not None:
        form.show_latest(read_limits(form.company))
    return form.refusal is None
