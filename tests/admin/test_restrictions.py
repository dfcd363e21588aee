"""Restrictions in the back office: an age, hours, and who may set them."""

from datetime import time

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pos.access.errors import NotAllowedError
from pos.catalogue.products import update_product
from pos.models import (
    AuditEntry,
    Category,
    ClosedPeriod,
    FieldChange,
    Product,
    Restriction,
)
from tests.admin.shop import Shop
from tests.admin.test_company_scope import product_form
from tests.support.cashier import Cashier
from tests.support.factories import CategoryFactory, RestrictionFactory

ADD = "admin:pos_restriction_add"


def form(*hours: dict[str, object], **changes: object) -> dict[str, object]:
    typed: dict[str, object] = {
        "name": "Alcohol",
        "minimum_age": "18",
        "closed_periods-TOTAL_FORMS": str(len(hours)),
        "closed_periods-INITIAL_FORMS": "0",
    }
    for number, row in enumerate(hours):
        typed |= {f"closed_periods-{number}-{name}": row[name] for name in row}
    return typed | changes


NIGHT = {"weekdays": ["1", "7"], "begins_at": "22:30", "ends_at": "07:00"}


@pytest.fixture
def alcohol(shop: Shop) -> Restriction:
    return RestrictionFactory(company=shop.company, name="Alcohol", minimum_age=18)


@pytest.fixture
def as_supervisor(shop: Shop, client: Client) -> Client:
    client.force_login(shop.supervisor)
    return client


def test_an_owner_sets_an_age_and_hours(shop: Shop, as_owner: Client):
    as_owner.post(reverse(ADD), form(NIGHT))

    rule = Restriction.objects.get(name="Alcohol")
    assert (rule.company, rule.minimum_age) == (shop.company, 18)
    [hours] = rule.closed_periods.all()
    assert hours.company == shop.company
    assert (hours.weekdays, hours.begins_at, hours.ends_at) == (
        [1, 7],
        time(22, 30),
        time(7),
    )
    page = as_owner.get(reverse("admin:pos_restriction_changelist"))
    assert "Monday, Sunday: 22:30–07:00" in page.content.decode()


@pytest.mark.parametrize(
    ("hours", "changes", "said"),
    [
        (NIGHT | {"weekdays": []}, {}, "This field is required."),
        (NIGHT | {"weekdays": ["9"]}, {}, "9 is not one of the available choices."),
        (NIGHT | {"begins_at": "22:30:30"}, {}, "Enter hours and minutes."),
        (NIGHT | {"ends_at": "25:00"}, {}, "Enter a valid time."),
        (NIGHT, {"minimum_age": "100"}, "less than or equal to 99"),
        (NIGHT, {"minimum_age": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_meant_is_named(
    shop: Shop, as_owner: Client, hours, changes, said
):
    page = as_owner.post(reverse(ADD), form(hours, **changes))

    assert said in page.content.decode()
    assert not Restriction.objects.filter(name="Alcohol").exists()


def test_a_name_is_taken_once_in_a_company(
    shop: Shop, other_shop: Shop, as_owner: Client, alcohol
):
    RestrictionFactory(company=other_shop.company, name="Tobacco")

    again = as_owner.post(reverse(ADD), form())
    as_owner.post(reverse(ADD), form(name="Tobacco"))

    said = "Another restriction of the company already has this"
    assert said in again.content.decode()
    assert Restriction.objects.filter(name="Tobacco").count() == 2


def test_what_it_was_is_in_its_history_and_in_the_trail(
    shop: Shop, as_owner: Client, alcohol
):
    address = reverse("admin:pos_restriction_change", args=[alcohol.pk])
    as_owner.post(address, form(NIGHT, minimum_age="21"))
    row = ClosedPeriod.objects.get(restriction=alcohol)
    edited = form(NIGHT | {"id": row.pk, "ends_at": "06:00"}, minimum_age="21")
    as_owner.post(address, edited | {"closed_periods-INITIAL_FORMS": "1"})
    gone = form(NIGHT | {"id": row.pk, "DELETE": "on"}, minimum_age="21")
    as_owner.post(address, gone | {"closed_periods-INITIAL_FORMS": "1"})

    changes = FieldChange.objects.filter(kind="pos.restriction", row_key=alcohol.pk)
    assert [(c.field, c.before, c.after) for c in changes.order_by("pk")] == [
        ("minimum_age", "18", "21"),
        ("closed_hours", None, "{1,7} 22:30 07:00"),
        ("closed_hours", "{1,7} 22:30 07:00", "{1,7} 22:30 06:00"),
        ("closed_hours", "{1,7} 22:30 06:00", None),
    ]
    assert {change.staff_member for change in changes} == {shop.owner}
    page = as_owner.get(reverse("admin:pos_restriction_history", args=[alcohol.pk]))
    assert "Monday, Sunday: 22:30–07:00" in page.content.decode()
    entries = AuditEntry.objects.filter(subject_kind="pos.restriction")
    assert [entry.act for entry in entries] == ["row_changed"] * 3


def test_a_category_and_a_product_get_one(shop: Shop, as_owner: Client, alcohol):
    typed = {"name": "Beer", "position": "9", "tint": "bakery", "glyph": "g-cake"}
    as_owner.post(
        reverse("admin:pos_category_add"), typed | {"restriction": alcohol.pk}
    )
    as_owner.post(
        reverse("admin:pos_product_add"), product_form(shop, restriction=alcohol.pk)
    )

    assert Category.objects.get(name="Beer").restriction == alcohol
    assert [product.sku for product in alcohol.products.all()] == ["KAYA"]


def test_another_company_s_is_no_choice(shop: Shop, other_shop: Shop, as_owner: Client):
    theirs = RestrictionFactory(company=other_shop.company)

    page = as_owner.post(
        reverse("admin:pos_product_add"), product_form(shop, restriction=theirs.pk)
    )

    assert "not one of the available choices" in page.content.decode()


def test_who_keeps_the_catalogue_does_not_lift_one(
    shop: Shop, as_supervisor: Client, alcohol
):
    beer = CategoryFactory(company=shop.company, name="Beer", restriction=alcohol)
    address = reverse("admin:pos_category_change", args=[beer.pk])

    page = as_supervisor.get(address)
    assert 'name="restriction"' not in page.content.decode()
    typed = {"name": "Ale", "position": "9", "tint": "bakery", "glyph": "g-cake"}
    as_supervisor.post(address, typed | {"restriction": ""})

    beer.refresh_from_db()
    assert (beer.name, beer.restriction) == ("Ale", alcohol)


def test_a_supervisor_moves_no_product_out_of_one(
    shop: Shop, as_supervisor: Client, alcohol
):
    beer = CategoryFactory(company=shop.company, name="Beer", restriction=alcohol)
    snacks = CategoryFactory(company=shop.company, name="Snacks")
    add = reverse("admin:pos_product_add")
    as_supervisor.post(add, product_form(shop, category=beer.pk))
    lager = Product.objects.get(sku="KAYA")
    address = reverse("admin:pos_product_change", args=[lager.pk])

    for elsewhere in (snacks.pk, ""):
        moved = product_form(shop, category=elsewhere)
        page = as_supervisor.post(address, moved)
        assert "Its restriction would not hold there." in page.content.decode()
    lager.refresh_from_db()
    assert lager.category == beer
    with pytest.raises(NotAllowedError):
        update_product(product=lager, actor=shop.supervisor, category="Snacks")

    update_product(product=lager, actor=shop.owner, category="Snacks")
    lager.refresh_from_db()
    assert lager.category == snacks


def test_a_supervisor_sees_them_and_changes_none(
    shop: Shop, as_supervisor: Client, alcohol
):
    address = reverse("admin:pos_restriction_change", args=[alcohol.pk])

    assert as_supervisor.get(address).status_code == 200
    assert as_supervisor.post(address, form(minimum_age="0")).status_code == 403
    assert as_supervisor.get(reverse(ADD)).status_code == 403
    alcohol.refresh_from_db()
    assert alcohol.minimum_age == 18


def test_one_that_is_used_is_not_deleted(shop: Shop, as_owner: Client, alcohol):
    CategoryFactory(company=shop.company, restriction=alcohol)

    as_owner.post(
        reverse("admin:pos_restriction_delete", args=[alcohol.pk]), {"post": "yes"}
    )

    assert Restriction.objects.filter(pk=alcohol.pk).exists()


def test_one_that_is_not_goes_with_its_hours(shop: Shop, as_owner: Client):
    rule = RestrictionFactory(company=shop.company, hours=[([1], "22:00", "07:00")])

    as_owner.post(
        reverse("admin:pos_restriction_delete", args=[rule.pk]), {"post": "yes"}
    )

    assert not Restriction.objects.filter(pk=rule.pk).exists()
    assert not ClosedPeriod.objects.filter(restriction=rule.pk).exists()


def test_the_back_office_finalizes_no_basket_whose_age_nobody_checked(
    shop: Shop, as_owner: Client, alcohol
):
    alcohol.products.add(shop.product)

    answer = as_owner.post(
        reverse("admin:sales_sale_finalization", args=[shop.open.pk]),
        {"revision": shop.open.revision},
    )

    shop.open.refresh_from_db()
    assert shop.open.status == "open"
    [said] = get_messages(answer.wsgi_request)
    assert "the buyer has to be 18" in str(said)


def test_the_page_of_a_sale_says_who_checked_an_age(
    shop: Shop, as_owner: Client, alcohol
):
    alcohol.products.add(shop.product)
    cashier = Cashier(shop.shift, uid=shop.open.uid)
    cashier.do("confirm_age", age=18)

    page = as_owner.get(reverse("admin:sales_sale_change", args=[shop.open.pk]))

    assert "Age checked by" in page.content.decode()
