"""Permissions in the admin: who may do what, for every registered model.

A model that is registered later is covered without a change here, unless nobody
may change its rows: then it is added to ``NEVER``.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.messages import get_messages
from django.test import Client

from pos.access import roles
from pos.models import StaffMember
from tests.admin.shop import Shop, address, admins

VERBS = ("view", "add", "change", "delete")

# What services alone write, or what stays because others refer to it.
NEVER = {
    "pos.company": {"add", "delete"},
    "pos.outlet": set(),
    "pos.till": set(),
    "pos.staffmember": {"delete"},
    "pos.stockitem": {"add", "delete"},
    "pos.stockmovement": {"add", "change", "delete"},
    "customers.pointsentry": {"add", "change", "delete"},
    "customers.customer": {"delete"},
    "customers.loyaltyprogramme": {"delete"},
    "sales.shift": {"add", "change", "delete"},
    "sales.sale": {"add", "change", "delete"},
    "sales.saleline": {"add", "change", "delete"},
    "sales.saleoperation": {"add", "change", "delete"},
    "sales.tender": {"add", "change", "delete"},
    "sales.fiscaldocument": {"add", "change", "delete"},
    "sales.receiptprint": {"add", "change", "delete"},
}


def allowed(person: StaffMember, model_admin: admin.ModelAdmin) -> set[str]:
    """The verbs that the person's shipped role gives, and the model has."""
    opts = model_admin.opts
    shipped = next(role for role in roles.SHIPPED if role.code == person.role.code)
    verbs = {
        verb
        for verb in VERBS
        if f"{opts.app_label}.{verb}_{opts.model_name}" in shipped.permissions
    }
    if shipped.sees_everything:
        verbs.add("view")
    return verbs - NEVER.get(opts.label_lower, set())


def statuses(client: Client, model_admin: admin.ModelAdmin, row: object) -> dict:
    """What each page answers; nothing is sent that a form would accept."""
    change = address(model_admin, "change", row)
    return {
        "changelist": client.get(address(model_admin, "changelist")).status_code,
        "add": client.get(address(model_admin, "add")).status_code,
        "view": client.get(change).status_code,
        "change": client.post(change, {}).status_code,
        "delete": client.get(address(model_admin, "delete", row)).status_code,
        "history": client.get(address(model_admin, "history", row)).status_code,
    }


def expected(verbs: set[str]) -> dict:
    may_look = 200 if verbs & {"view", "change"} else 403
    return {
        "changelist": may_look,
        "add": 200 if "add" in verbs else 403,
        "view": may_look,
        "change": 200 if "change" in verbs else 403,
        "delete": 200 if "delete" in verbs else 403,
        "history": may_look,
    }


def test_every_model_of_ours_is_registered():
    models = {
        model
        for label in ("pos", "customers", "sales")
        for model in apps.get_app_config(label).get_models()
    }

    assert models <= set(admin.site._registry)
    assert set(NEVER) <= {one.opts.label_lower for one in admins()}


@pytest.mark.parametrize(
    "who", ["supervisor", pytest.param("owner", marks=pytest.mark.exhaustive)]
)
def test_a_role_gives_what_it_says_and_no_more(shop: Shop, client: Client, who: str):
    person = getattr(shop, who)
    client.force_login(person)
    wrong = {}

    for one in admins():
        row = shop.row(one.model)
        assert row is not None, f"the shop of the tests lacks a {one.opts.label}"
        if row == person or row == person.role:
            # Their own row and role: covered by the tests of staff.
            continue
        answers = statuses(client, one, row)
        if answers != expected(allowed(person, one)):
            wrong[one.opts.label] = (answers, expected(allowed(person, one)))

    assert wrong == {}


def test_a_cashier_stays_outside(shop: Shop, client: Client):
    client.force_login(shop.cashier)

    for one in admins():
        page = client.get(address(one, "changelist"), follow=True)
        assert page.status_code == 403, one
        page = client.post(address(one, "change", shop.row(one.model)), follow=True)
        assert page.status_code == 403, one


def test_who_is_signed_out_is_asked_to_sign_in(shop: Shop, client: Client):
    for one in admins():
        for page in (address(one, "changelist"), address(one, "add")):
            answer = client.get(page, HTTP_ACCEPT="text/html")
            assert answer.status_code == 302, page
            assert answer.url.startswith("/sign-in/?next=/admin/"), page
    assert client.get("/admin/login/?next=/admin/").url == "/sign-in/?next=/admin/"


def test_who_was_deactivated_is_out(as_owner: Client, shop: Shop):
    StaffMember.objects.filter(pk=shop.owner.pk).update(is_active=False)

    assert as_owner.get("/admin/", HTTP_ACCEPT="text/html").status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_another_company_s_row_is_answered_like_a_missing_one(
    shop: Shop, other_shop: Shop, client: Client, view: str, method: str
):
    client.force_login(shop.owner)
    wrong = {}

    for one in admins():
        answers = []
        for key in (other_shop.row(one.model).pk, 987654321):
            answer = getattr(client, method)(address(one, view, one.model(pk=key)))
            said = [str(text) for text in get_messages(answer.wsgi_request)][-1:]
            seen = [text.replace(str(key), "KEY") for text in said]
            where = answer.headers.get("Location")
            answers.append((answer.status_code, where, seen if where else []))
        if answers[0] != answers[1] or answers[0][0] not in {302, 403, 404}:
            wrong[one.opts.label] = answers

    assert wrong == {}


def test_a_superuser_without_a_company_sees_companies_only(
    shop: Shop, other_shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)

    for one in admins():
        status = client.get(address(one, "changelist")).status_code
        assert status == (200 if one.opts.label_lower == "pos.company" else 403), one

    index = client.get("/admin/").content.decode()
    assert "/admin/company/" in index
    assert "/admin/pos/company/" in index
    assert "/admin/pos/product/" not in index


def test_a_superuser_sees_the_company_that_was_chosen(
    shop: Shop, other_shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})

    for one in admins():
        if one.opts.label_lower == "pos.company":
            continue
        assert client.get(address(one, "changelist")).status_code == 200, one
        mine = client.get(address(one, "change", shop.row(one.model)))
        other = client.get(address(one, "change", other_shop.row(one.model)))
        assert (mine.status_code, other.status_code) == (200, 302), one


@pytest.mark.parametrize("who", ["owner", "supervisor"])
def test_only_a_superuser_chooses_a_company(
    shop: Shop, other_shop: Shop, client: Client, who: str
):
    client.force_login(getattr(shop, who))

    answer = client.post("/admin/company/", {"company": other_shop.company.pk})

    assert answer.status_code == 404
    assert "admin_company" not in client.session


def test_a_choice_left_in_the_session_gives_a_staff_member_nothing(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    session = as_owner.session
    session["admin_company"] = other_shop.company.pk
    session.save()

    answer = as_owner.get(f"/admin/pos/product/{other_shop.product.pk}/change/")

    assert answer.status_code == 302
