"""Office menu: where an owner goes in the back office, and which rows are there.

Each place has the lists that people work with. What only shows what happened is in
the ledgers. Addresses and permissions of the apps above are only names here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pos.models import StaffMember

# A person sees a place if they may do one of these.
Permissions = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that an owner does.

    ``views`` are the beginnings of the names of its pages, ``models`` the lists that
    belong to it: by them a page knows in which place it is.
    """

    title: Any
    icon: str
    route: str
    permissions: Permissions
    models: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    # Over its lists, where a list has the name of the place.
    heading: Any = ""

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
    _("Goods and prices"), "tag", "admin:pos_product_changelist", ("pos.view_product",),
    models=(
        *("pos_product", "pos_category", "pos_barcode", "pos_restriction"),
        *("pos_taxrate", "pos_containerdeposit"),
    ),
)  # fmt: skip
STOCK = Place(
    _("Stock"), "box", "admin:pos_stockitem_changelist", ("pos.view_stockitem",),
    models=("pos_stockitem",),
)  # fmt: skip
CUSTOMERS = Place(
    _("Customers"), "users", "admin:customers_customer_changelist",
    ("customers.view_customer",),
    models=("customers_customer", "customers_loyaltyprogramme"),
    heading=_("Customers and points"),
)  # fmt: skip
STAFF = Place(
    _("Staff and limits"), "badge", "admin:pos_staffmember_changelist",
    ("pos.view_staffmember",),
    models=(
        *("pos_staffmember", "pos_role", "pos_limit", "pos_approval"),
        *("pos_attempt", "pos_auditentry"),
    ),
)  # fmt: skip
RECEIPTS = Place(
    _("Receipts"), "receipt", "admin:sales_sale_changelist", ("sales.view_sale",),
    models=("sales_sale",),
)  # fmt: skip
SHIFTS = Place(
    _("Shifts and Z reports"), "drawer", "admin:sales_shift_changelist",
    ("sales.view_shift",),
    models=("sales_shift", "sales_zreport"),
)  # fmt: skip
SETTINGS = Place(
    _("Settings"), "cog", "admin:pos_company_changelist", ("pos.view_company",),
    models=("pos_company", "pos_outlet", "pos_till", "pos_device", "sales_booksproof"),
)  # fmt: skip
LEDGERS = Place(
    _("Ledgers"), "doc", "admin:ledgers", ("sales.view_saleline",),
    views=("admin:ledgers", "admin:app_list"),
)  # fmt: skip

PLACES = (
    *(OVERVIEW, REPORTS, RECEIPTS, SHIFTS, GOODS, STOCK, CUSTOMERS, STAFF),
    *(SETTINGS, LEDGERS),
)


def menu_of(person: StaffMember, request: HttpRequest) -> list[Link]:
    """Return the places that the person may go to; no query beyond their role's."""
    match = request.resolver_match
    view = match.view_name if match else ""
    return [
        Link(
            title=str(place.title),
            icon=place.icon,
            url=reverse(place.route, args=place.args),
            is_current=_is_current(place, view),
            lists=_list_models(place, person, view) if place.has(view) else (),
        )
        for place in PLACES
        if any(person.has_perm(name) for name in place.permissions)
    ]


def _list_models(place: Place, person: StaffMember, view: str) -> list[Link]:
    """Return the lists of a place that has several."""
    if len(place.models) < 2:
        return []
    found = []
    for name in place.models:
        app, _line, model = name.partition("_")
        if person.has_perm(f"{app}.view_{model}"):
            title = str(apps.get_model(app, model)._meta.verbose_name_plural)
            found.append(
                Link(
                    title=title[:1].upper() + title[1:],
                    icon="",
                    url=reverse(f"admin:{name}_changelist"),
                    is_current=view.startswith(f"admin:{name}_"),
                )
            )
    return found


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
