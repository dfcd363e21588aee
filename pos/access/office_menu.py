"""Office menu: where an owner goes in the back office, and which rows are there.

Each place has the lists that people work with. What only shows what happened is in
the ledgers. Addresses and permissions of the apps above are only names here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pos.access.working_company import company_id_of
from pos.models import StaffMember


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that an owner does.

    Its first page is a list, or asks for ``permissions``. ``views`` are the beginnings
    of the names of its pages, ``models`` the lists that belong to it: by them a page
    knows in which place it is.
    """

    title: Any
    icon: str
    route: str
    permissions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    # Over its lists, where a list has the name of the place.
    heading: Any = ""
    # Whether it shows rows of a company, or else this server.
    needs_company: bool = True

    def has(self, view: str) -> bool:
        """Whether the page of this name is here."""
        pages = (*self.views, *(f"admin:{model}_" for model in self.models))
        return view.startswith(pages)


@dataclass(frozen=True, slots=True)
class Link:
    """``lists`` are those of the place, where a page of it is shown."""

    title: str
    icon: str
    url: str
    is_current: bool
    lists: Sequence["Link"] = ()


OVERVIEW = Place(
    _("Overview"), "chart", "sales:overview", ("sales.view_reports",),
    views=("sales:overview",),
)  # fmt: skip
REPORTS = Place(
    _("Reports"), "cal", "sales:report", ("sales.view_reports",),
    views=("sales:report", "admin:approval_report"), args=("days",),
)  # fmt: skip
GOODS = Place(
    _("Goods and prices"), "tag", "admin:pos_product_changelist", (),
    models=(
        *("pos_product", "pos_category", "pos_barcode", "pos_restriction"),
        *("pos_taxrate", "pos_containerdeposit", "pos_voucherkind"),
    ),
)  # fmt: skip
STOCK = Place(
    _("Stock"), "box", "admin:pos_stockitem_changelist", (),
    models=("pos_stockitem",),
)  # fmt: skip
CUSTOMERS = Place(
    _("Customers"), "users", "admin:customers_customer_changelist",
    (),
    models=("customers_customer", "customers_loyaltyprogramme"),
    heading=_("Customers and points"),
)  # fmt: skip
STAFF = Place(
    _("Staff and limits"), "badge", "admin:pos_staffmember_changelist",
    (),
    models=(
        *("pos_staffmember", "pos_role", "pos_limit", "pos_approval"),
        *("pos_attempt", "pos_auditentry"),
    ),
)  # fmt: skip
RECEIPTS = Place(
    pgettext_lazy("place", "Receipts"), "receipt", "admin:sales_sale_changelist", (),
    models=("sales_sale",),
)  # fmt: skip
SHIFTS = Place(
    _("Shifts and Z reports"), "drawer", "admin:sales_shift_changelist",
    (),
    models=("sales_shift", "sales_zreport"),
)  # fmt: skip
SETTINGS = Place(
    _("Settings"), "cog", "admin:pos_company_changelist", (),
    models=("pos_company", "pos_outlet", "pos_till", "pos_device", "sales_booksproof"),
)  # fmt: skip
HEALTH = Place(
    _("Health"), "shield", "health", ("sales.view_health",), views=("health",),
    needs_company=False,
)  # fmt: skip
LEDGERS = Place(
    _("Ledgers"), "doc", "admin:ledgers", ("sales.view_saleline",),
    views=("admin:ledgers", "admin:app_list"),
)  # fmt: skip

PLACES = (
    *(OVERVIEW, REPORTS, RECEIPTS, SHIFTS, GOODS, STOCK, CUSTOMERS, STAFF),
    *(SETTINGS, HEALTH, LEDGERS),
)


def menu_of(site: AdminSite, request: HttpRequest) -> list[Link]:
    """Return the places that the person may go to; no query beyond their role's."""
    match = request.resolver_match
    view = match.view_name if match else ""
    lists = _list_models(site, request)
    return [
        Link(
            title=str(place.title),
            icon=place.icon,
            url=reverse(place.route, args=place.args),
            is_current=_is_current(place, view),
            lists=_link_models(place, lists, view) if place.has(view) else (),
        )
        for place in PLACES
        if _may_enter(place, lists, request)
    ]


def _list_models(site: AdminSite, request: HttpRequest) -> dict[str, str]:
    """Return the names of the lists that the person may look at, by model."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": str(
            capfirst(model._meta.verbose_name_plural)
        )
        for model, one in site._registry.items()
        if one.has_module_permission(request) and one.has_view_permission(request)
    }


def _may_enter(place: Place, lists: Mapping[str, str], request: HttpRequest) -> bool:
    """Whether the first page of a place is for this person, in a company."""
    name = place.route.removeprefix("admin:").removesuffix("_changelist")
    if place.models:
        return name in lists
    is_there = not place.needs_company or company_id_of(request) is not None
    return is_there and cast(StaffMember, request.user).has_perms(place.permissions)


def _link_models(place: Place, lists: Mapping[str, str], view: str) -> list[Link]:
    """Return the lists of a place that has several."""
    found = [name for name in place.models if name in lists]
    return [
        Link(
            title=lists[name],
            icon="",
            url=reverse(f"admin:{name}_changelist"),
            is_current=view.startswith(f"admin:{name}_"),
        )
        for name in found
        if len(found) > 1
    ]


def _is_current(place: Place, view: str) -> bool:
    if place is LEDGERS and view.startswith("admin:"):
        is_list = view.endswith(("_changelist", "_change", "_history"))
        return place.has(view) or (is_list and not any(p.has(view) for p in PLACES))
    return place.has(view)


def sort_into_places(listed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return Django's list of apps by place: what is in none comes last, as ledgers.

    Each is as Django has an app, so that its templates draw it.
    """
    models = {
        f"{app['app_label']}_{model['object_name'].lower()}": model
        for app in listed
        for model in app["models"]
    }
    sorted_ones = []
    for place in PLACES:
        there = [models.pop(name) for name in place.models if name in models]
        if there:
            sorted_ones.append(_as_app(place, there))
    if models:
        rest = sorted(models.values(), key=lambda model: str(model["name"]))
        sorted_ones.append(_as_app(LEDGERS, rest))
    return sorted_ones


def _as_app(place: Place, models: list[Any]) -> dict[str, Any]:
    return {
        "name": place.heading or place.title,
        "app_label": place.icon,
        "app_url": reverse(place.route, args=place.args),
        "has_module_perms": True,
        "models": models,
    }
