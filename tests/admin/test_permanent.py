"""Permanent rows: the admin shows what has happened and changes none of it."""

import pytest
from django.test import Client
from django.urls import reverse

from pos.admin.permanent import ReadOnlyAdmin
from pos.models import StaffMember
from sales.models import Sale
from tests.admin.shop import Shop, address, admins, books_of
from tests.support.factories import DeviceFactory


@pytest.fixture(
    params=["owner", pytest.param("superuser", marks=pytest.mark.exhaustive)]
)
def as_anyone(
    request: pytest.FixtureRequest, shop: Shop, superuser: StaffMember, client: Client
) -> Client:
    """The owner, and a superuser."""
    client.force_login(shop.owner if request.param == "owner" else superuser)
    if request.param == "superuser":
        client.post("/admin/company/", {"company": shop.company.pk})
    return client


def every_field(row: object, value: str) -> dict[str, str]:
    fields = row._meta.get_fields()
    return {field.name: value for field in fields if hasattr(field, "attname")}


@pytest.mark.exhaustive
def test_permanent_rows_take_no_crafted_request(shop: Shop, as_anyone: Client):
    permanent = [one for one in admins() if isinstance(one, ReadOnlyAdmin)]
    before = books_of(shop.company)
    assert {one.opts.model_name for one in permanent} >= {
        "sale",
        "saleline",
        "shift",
        "cashcount",
        "cashmovement",
        "zreport",
        "tender",
        "fiscaldocument",
        "receiptprint",
        "saleoperation",
        "stockmovement",
        "pointsentry",
    }

    for one in permanent:
        row = shop.row(one.model)
        sent = every_field(row, "1") | {"_save": "Save", "post": "yes"}
        assert as_anyone.post(address(one, "add"), sent).status_code == 403, one
        assert as_anyone.post(address(one, "change", row), sent).status_code == 403, one
        assert as_anyone.post(address(one, "delete", row), sent).status_code == 403, one
        as_anyone.post(
            address(one, "changelist"),
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        )
        as_anyone.post(
            address(one, "changelist"),
            {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "Save"}
            | {f"form-0-{name}": "1" for name in every_field(row, "1")},
        )

    assert books_of(shop.company) == before


def test_the_pages_of_permanent_rows_show_no_field_to_type_in(
    shop: Shop, as_anyone: Client
):
    for one in admins():
        if not isinstance(one, ReadOnlyAdmin):
            continue
        page = as_anyone.get(address(one, "change", shop.row(one.model)))
        text = page.content.decode()
        main = text[text.index('id="content-main"') :]
        assert 'name="_save"' not in main, one
        assert "<select" not in main, one
        assert 'type="text"' not in main, one


def test_lines_of_an_open_sale_are_the_till_s(shop: Shop, as_anyone: Client):
    line = shop.open.lines.get()
    before = books_of(shop.company)
    sent = {
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "1",
        "lines-0-id": line.pk,
        "lines-0-sale": shop.open.pk,
        "lines-0-quantity": "99",
        "lines-0-DELETE": "on",
        "lines-1-name": "free beer",
        "lines-1-quantity": "1",
        "status": "voided",
    }

    answer = as_anyone.post(f"/admin/sales/sale/{shop.open.pk}/change/", sent)

    assert answer.status_code == 403
    assert books_of(shop.company) == before


def test_a_till_s_code_cannot_change_once_it_is_on_receipts(
    shop: Shop, as_anyone: Client
):
    code = shop.till.code

    as_anyone.post(
        f"/admin/pos/till/{shop.till.pk}/change/",
        {
            "code": "OTHER",
            "name": "Front",
            "outlet": shop.outlet.pk,
            "last_sale_number": "900",
            "chain_head": "f" * 64,
        },
    )

    shop.till.refresh_from_db()
    assert (shop.till.name, shop.till.code) == ("Front", code)
    assert shop.till.last_sale_number == 1
    assert shop.till.chain_head != "f" * 64


def test_the_currency_stays_once_sales_stand_in_it(shop: Shop, as_anyone: Client):
    page = as_anyone.get(f"/admin/pos/company/{shop.company.pk}/change/")

    fields = page.context["adminform"].form.fields
    assert "currency" not in fields
    assert "name" in fields


def test_a_sale_says_which_device_of_the_till_has_it(shop: Shop, as_anyone: Client):
    page = reverse("admin:sales_sale_change", args=[shop.open.pk])
    device = DeviceFactory(till=shop.open.till, name="Phone at the door")
    assert device.name not in as_anyone.get(page).text

    Sale.objects.filter(pk=shop.open.pk).update(device=device)

    assert device.name in as_anyone.get(page).text
