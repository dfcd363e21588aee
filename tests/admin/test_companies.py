"""Companies in the admin: the installation's administrator sets them up."""

from django.test import Client
from django.urls import reverse

from pos.models import Company, Outlet, StaffMember, Till
from tests.admin.shop import Shop

PASSWORD = "correct horse 9"


def company_form(**changes: object) -> dict[str, object]:
    return {
        "name": "Second Shop",
        "code": "SECOND",
        "currency": "SGD",
        "currency_symbol": "S$",
        "currency_places": "2",
        "tax_rounding": "line",
        "tax_name": "GST",
        "cash_rounding": "down",
        "label_item_digits": "5",
        "label_value_digits": "5",
        "cash_rounding_step": "0.05",
        "pin_digits": "6",
        "lock_minutes": "2",
        "accepted_tenders": ["cash", "card", "nets"],
        "time_zone": "Asia/Singapore",
        "outlets-TOTAL_FORMS": "1",
        "outlets-INITIAL_FORMS": "0",
        "outlets-0-code": "MAIN",
        "outlets-0-name": "Main Street",
        "outlets-0-is_active": "on",
    } | changes


def test_a_company_is_set_up_from_its_row_to_its_owner(
    shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})

    client.post(reverse("admin:pos_company_add"), company_form())
    company = Company.objects.get(code="SECOND")
    assert company.accepted_tenders == ["cash", "card", "nets"]
    client.post(
        reverse("admin:pos_company_changelist"),
        {"action": "give_reference_data", "_selected_action": [company.pk]},
    )
    client.post("/admin/company/", {"company": company.pk})
    outlet = Outlet.objects.get(name="Main Street")
    client.post(
        reverse("admin:pos_till_add"),
        {"code": "1", "name": "Till 1", "outlet": outlet.pk, "is_active": "on"},
    )
    owner_role = company.roles.get(code="owner")
    client.post(
        reverse("admin:pos_staffmember_add"),
        {
            "name": "Ah Huat",
            "username": "ahhuat",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "role": owner_role.pk,
            "is_staff": "on",
        },
    )

    assert outlet.company == company
    assert Till.objects.get(outlet=outlet).company == company
    assert company.tax_rates.exists()
    owner = StaffMember.objects.get(username="ahhuat")
    assert (owner.company, owner.is_superuser) == (company, False)
    client.force_login(owner)
    assert client.get(reverse("admin:pos_product_changelist")).status_code == 200


def test_outlets_join_the_company_of_the_page_not_of_the_session(
    shop: Shop, other_shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})
    address = reverse("admin:pos_company_change", args=[other_shop.company.pk])

    shown = client.get(address).content.decode()
    client.post(address, company_form(name="Theirs", code=other_shop.company.code))

    assert other_shop.outlet.code in shown
    assert Outlet.objects.get(name="Main Street").company == other_shop.company


def test_a_taken_outlet_code_is_refused(shop: Shop, as_owner: Client):
    page = as_owner.post(
        reverse("admin:pos_outlet_add"),
        {
            "name": "Again",
            "code": shop.outlet.code,
            "day_ends_at": "00:00",
            "tills-TOTAL_FORMS": "0",
            "tills-INITIAL_FORMS": "0",
        },
    )

    errors = page.context["adminform"].form.errors
    assert errors == {"code": ["Another outlet of the company already has this Code."]}


def test_only_the_administrator_adds_a_company_and_nobody_deletes_one(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    answer = as_owner.post(reverse("admin:pos_company_add"), company_form())
    gone = as_owner.post(
        reverse("admin:pos_company_delete", args=[shop.company.pk]), {"post": "yes"}
    )

    assert (answer.status_code, gone.status_code) == (403, 403)
    assert Company.objects.count() == 2
