"""Roles: those that every company starts with, and what each permits.

Permissions are named as Django names them. Those of the apps above are only
names here: nothing of these apps is imported.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

CASHIER = "cashier"
SUPERVISOR = "supervisor"
OWNER = "owner"

APPS = ("pos", "customers", "sales")

SELLS = frozenset(
    {
        "sales.sell",
        "sales.finalize_sale",
        "sales.open_shift",
        "sales.close_shift",
        "sales.move_cash",
        "sales.view_sale",
        "sales.view_zreport",
        "sales.discount_sale",
        "sales.override_price",
        "sales.void_sale",
        "sales.refund_sale",
        "sales.correct_tender",
        "customers.view_customer",
        "customers.add_customer",
        "customers.change_customer",
        "pos.view_product",
    }
)
APPROVES = frozenset(
    {
        "customers.deactivate_customer",
        "customers.adjust_points",
        "sales.approve_variance",
        "sales.open_drawer",
        "sales.overdraw_drawer",
        "sales.view_expected",
        "sales.approve_refund",
        "pos.approve_discount",
        "pos.approve_cash_out",
        "pos.receive_stock",
        "pos.count_stock",
        "pos.enrol_device",
    }
)
KEEPS_THE_CATALOGUE = frozenset(
    f"pos.{verb}_{model}"
    for verb in ("add", "change")
    for model in ("category", "product", "barcode")
)
RATES = ("taxrate", "containerdeposit")
# What people did is the owner's to read: a supervisor is one of those people. What
# goods cost and what is left of a price is the owner's as well.
OWNERS_VIEW = frozenset(
    {"pos.view_auditentry", "pos.view_audithead", "pos.view_auditpersonal"}
    | {"pos.view_attempt", "pos.view_attemptalarm", "sales.view_margin"}
    # How the server is.
    | {"sales.view_health"}
)
OWNS = frozenset(
    {f"pos.{verb}_{m}" for verb in ("add", "change") for m in ("outlet", "till")}
    | {f"pos.{verb}_{m}" for verb in ("add", "change") for m in ("role", "staffmember")}
    | {f"pos.{verb}_{m}" for verb in ("add", "change") for m in RATES}
    | {"pos.change_company"}
    | {"pos.change_limit", "pos.use_every_outlet"}
    | {"pos.change_stockitem", "customers.change_loyaltyprogramme"}
    | {"sales.explain_finding", "sales.export_figures"}
    | OWNERS_VIEW
    # Only rows that no record refers to; a product once sold stays.
    | {f"pos.delete_{m}" for m in ("category", "product", "barcode", "role", *RATES)}
    | {
        f"pos.{verb}_{m}"
        for verb in ("add", "change", "delete")
        for m in ("restriction", "voucherkind")
    }
)


@dataclass(frozen=True, slots=True)
class ShippedRole:
    code: str
    name: str
    permissions: frozenset[str]
    sees_everything: bool = False  # every "view" permission of our apps
    enters_back_office: bool = False


SHIPPED = (
    ShippedRole(CASHIER, gettext_noop("Cashier"), SELLS),
    ShippedRole(
        SUPERVISOR,
        gettext_noop("Supervisor"),
        SELLS | APPROVES | KEEPS_THE_CATALOGUE,
        sees_everything=True,
        enters_back_office=True,
    ),
    ShippedRole(
        OWNER,
        gettext_noop("Owner"),
        SELLS | APPROVES | KEEPS_THE_CATALOGUE | OWNS,
        sees_everything=True,
        enters_back_office=True,
    ),
)
