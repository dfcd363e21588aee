"""Recorded: what is changed in the back office is in the trail, from and to."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from pos.admin.permanent import ReadOnlyAdmin
from pos.admin.recorded import RecordedAdmin
from pos.models import AuditEntry, AuditPersonal, Role, TaxRate
from tests.admin.shop import Shop
from tests.admin.test_staff import permission, person_form, role_form
from tests.support.factories import RoleFactory

TICKED = "_selected_action"


@pytest.fixture
def last_entry(shop: Shop):
    """Return the one entry that was added since the test began."""
    before = AuditEntry.objects.count()

    def last_entry() -> AuditEntry:
        entries = list(AuditEntry.objects.order_by("id")[before:])
        assert len(entries) == 1, entries
        return entries[0]

    return last_entry


def form_of(client: Client, page: str) -> dict[str, object]:
    """What the page's form would send, unchanged."""
    context = client.get(page).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    shown = {name: value for name, value in values.items() if value is not False}
    return {name: "" if value is None else value for name, value in shown.items()}


def test_every_page_that_changes_a_row_writes_it():
    offenders = [
        type(page).__name__
        for page in admin.site._registry.values()
        if not isinstance(page, RecordedAdmin | ReadOnlyAdmin)
    ]

    assert offenders == []


def test_a_setting_of_the_company_is_written_from_and_to(
    shop: Shop, as_owner: Client, last_entry
):
    page = reverse("admin:pos_company_change", args=[shop.company.pk])
    form = form_of(as_owner, page) | {"cash_rounding_step": "0.10"}
    assert as_owner.post(page, form).status_code == 302

    entry = last_entry()
    assert (entry.act, entry.staff_member) == ("row_changed", shop.owner)
    assert entry.content["changes"] == {"cash_rounding_step": ["0.05", "0.1"]}
    assert entry.content["subject"][0] == "pos.company"


def test_a_form_that_changes_nothing_is_not_written(shop: Shop, as_owner: Client):
    before = AuditEntry.objects.count()
    page = reverse("admin:pos_company_change", args=[shop.company.pk])
    assert as_owner.post(page, form_of(as_owner, page)).status_code == 302

    assert AuditEntry.objects.count() == before


def test_the_price_of_a_product_is_written(shop: Shop, as_owner: Client, last_entry):
    page = reverse("admin:pos_product_change", args=[shop.product.pk])
    old = shop.product.price
    form = form_of(as_owner, page) | {"price": "99.90"}
    assert as_owner.post(page, form).status_code == 302

    entry = last_entry()
    assert entry.act == "product_changed"
    assert entry.content["changes"] == {"price": [f"{old.normalize():f}", "99.9"]}


def test_an_inline_is_written_with_its_row(shop: Shop, as_owner: Client, last_entry):
    page = reverse("admin:pos_outlet_change", args=[shop.outlet.pk])
    form = form_of(as_owner, page)
    [name] = [name for name, value in form.items() if value == shop.till.name]
    assert as_owner.post(page, form | {name: "Front"}).status_code == 302

    assert last_entry().content["changes"] == {
        f"till {shop.till.code}: name": [shop.till.name, "Front"]
    }


def test_a_customers_own_values_are_beside_the_entry(
    shop: Shop, as_owner: Client, last_entry
):
    customer = Customer.objects.of_company(shop.company.pk).first()
    page = reverse("admin:customers_customer_change", args=[customer.pk])
    form = form_of(as_owner, page) | {"name": "Tan Wei Jie"}
    assert as_owner.post(page, form).status_code == 302

    entry = last_entry()
    assert "Tan" not in entry.text
    personal = AuditPersonal.objects.get(entry=entry)
    assert personal.text == f'{{"name":["{customer.name}","Tan Wei Jie"]}}'


def test_the_permissions_that_a_role_gets_and_loses_are_written(
    shop: Shop, as_owner: Client, last_entry
):
    role = RoleFactory(company=shop.company, code="floor", name="Floor")
    role.permissions.add(permission("sales.sell"), permission("sales.void_sale"))
    page = reverse("admin:pos_role_change", args=[role.pk])
    form = role_form(permission("sales.sell"), permission("sales.refund_sale"))
    assert as_owner.post(page, form).status_code == 302

    assert last_entry().content["changes"] == {
        "permissions": [["sales.void_sale"], ["sales.refund_sale"]]
    }


def test_a_new_person_and_a_new_password_are_written_and_not_the_password(
    shop: Shop, as_owner: Client, last_entry
):
    as_owner.post(reverse("admin:pos_staffmember_add"), person_form(shop.cashier.role))
    entry = last_entry()
    assert (entry.act, entry.content["subject"][2]) == ("staff_added", "ahseng")
    assert "correct" not in entry.text


def test_a_password_that_is_set_is_written(shop: Shop, as_owner: Client, last_entry):
    page = reverse("admin:auth_user_password_change", args=[shop.cashier.pk])
    passwords = {"password1": "kaya-toast-set", "password2": "kaya-toast-set"}
    assert as_owner.post(page, passwords).status_code == 302

    entry = last_entry()
    assert (entry.act, entry.staff_member) == ("password_changed", shop.owner)
    assert entry.content["subject"][2] == shop.cashier.username
    assert "kaya" not in entry.text


def test_ones_own_new_password_is_written(shop: Shop, as_owner: Client, last_entry):
    shop.owner.set_password("correct horse 9")
    shop.owner.save(update_fields=["password"])
    as_owner.force_login(shop.owner)
    fields = {
        "old_password": "correct horse 9",
        "password": "kaya-toast-set",
        "repeated": "kaya-toast-set",
    }
    assert as_owner.post(reverse("pos:account"), fields).status_code == 302

    assert last_entry().act == "password_changed"


def test_a_bulk_act_is_one_entry(shop: Shop, as_owner: Client, last_entry):
    page = reverse("admin:pos_product_changelist")
    keys = [shop.product.pk]
    as_owner.post(page, {"action": "take_off_sale", TICKED: keys})

    entry = last_entry()
    assert entry.act == "product_changed"
    assert entry.content["facts"] == {"products": [shop.product.sku]}


def test_what_is_deleted_is_written_with_its_name(
    shop: Shop, as_owner: Client, last_entry
):
    rate = TaxRate.objects.create(
        company=shop.company,
        tax_code="DS",
        rate=Decimal("0.1"),
        valid_from=date(2099, 1, 1),
    )
    page = reverse("admin:pos_taxrate_delete", args=[rate.pk])
    assert as_owner.post(page, {"post": "yes"}).status_code == 302

    entry = last_entry()
    assert (entry.act, entry.content["subject"][2]) == ("row_deleted", str(rate))


def test_rows_that_are_deleted_together_are_one_entry(
    shop: Shop, as_owner: Client, last_entry
):
    roles = [RoleFactory(company=shop.company) for _ in range(2)]
    as_owner.post(
        reverse("admin:pos_role_changelist"),
        {
            "action": "delete_selected",
            TICKED: [role.pk for role in roles],
            "post": "yes",
        },
    )

    assert not Role.objects.filter(pk__in=[role.pk for role in roles]).exists()
    facts = last_entry().content["facts"]
    assert sorted(facts["deleted"]) == sorted(role.code for role in roles)


def test_what_the_installations_administrator_changes_is_written_in_the_company(
    shop: Shop, client: Client, superuser, last_entry
):
    client.force_login(superuser)
    client.post(reverse("admin:company"), {"company": shop.company.pk})
    page = reverse("admin:pos_company_change", args=[shop.company.pk])
    form = form_of(client, page) | {"cash_rounding_step": "0.10"}
    assert client.post(page, form).status_code == 302

    entry = last_entry()
    assert (entry.company, entry.staff_member) == (shop.company, None)
    assert entry.content["by_name"] == "K"
