"""Kinds of vouchers in the back office: owners make them, and what was used stays."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pos.models import AuditEntry, FieldChange, Restriction, VoucherKind
from tests.admin.shop import Shop
from tests.support.factories import RestrictionFactory
from tests.support.refunds import sell_products
from tests.support.vouchers import VoucherKindFactory, voucher

ADD = "admin:pos_voucherkind_add"
GOODS = reverse("admin:pos_product_changelist")
LEDGERS = reverse("admin:ledgers")


def form(*excluded: Restriction, **changes: object) -> dict[str, object]:
    typed: dict[str, object] = {
        "name": "Mall voucher",
        "code": "mall",
        "is_active": "on",
        "exclusions-TOTAL_FORMS": str(len(excluded)),
        "exclusions-INITIAL_FORMS": "0",
    }
    for number, restriction in enumerate(excluded):
        typed[f"exclusions-{number}-restriction"] = restriction.pk
    return typed | changes


@pytest.fixture
def alcohol(shop: Shop) -> Restriction:
    return RestrictionFactory(company=shop.company, name="Spirits")


@pytest.fixture
def used(shop: Shop) -> VoucherKind:
    kind = VoucherKindFactory(company=shop.company, code="used", name="Used voucher")
    sell_products(shop.shift, "5.00", tenders=[voucher(5, kind="used")])
    return kind


def test_an_owner_makes_one_with_what_it_excludes(shop, as_owner, alcohol):
    as_owner.post(reverse(ADD), form(alcohol, code="MALL", name="  Mall   voucher "))

    kind = VoucherKind.objects.get(code="mall")
    assert (kind.company, kind.name) == (shop.company, "Mall voucher")
    assert not kind.pays_deposits
    [exclusion] = kind.exclusions.all()
    assert (exclusion.company, exclusion.restriction) == (shop.company, alcohol)
    page = as_owner.get(reverse("admin:pos_voucherkind_changelist"))
    assert "Spirits" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "cash"}, "That is the code of another way to pay."),
        ({"code": "points"}, "That is the code of another way to pay."),
        ({"code": "none"}, "That is the code of another way to pay."),
        ({"name": "cash"}, "That is the name of another way to pay."),
        ({"name": "PAYNOW"}, "That is the name of another way to pay."),
        ({"code": "a b"}, "Use small letters, digits, - and _ only."),
        ({"code": ""}, "This field is required."),
        ({"code": "x" * 11}, "at most 10 characters"),
        ({"code": "cdc"}, "Another kind of voucher of the company already has this"),
        ({"name": "CDC VOUCHER"}, "Another kind of voucher has this name."),
        ({"name": " "}, "This field is required."),
    ],
)
def test_what_cannot_be_meant_is_named(shop: Shop, as_owner: Client, changes, said):
    page = as_owner.post(reverse(ADD), form(**changes))

    assert said in page.content.decode()
    assert VoucherKind.objects.filter(company=shop.company).count() == 1


def test_a_restriction_is_excluded_once(shop, as_owner, alcohol):
    page = as_owner.post(reverse(ADD), form(alcohol, alcohol))

    assert page.status_code == HTTPStatus.OK
    assert not VoucherKind.objects.filter(code="mall").exists()


def test_another_companys_restriction_is_none(shop, other_shop, as_owner):
    theirs = RestrictionFactory(company=other_shop.company, name="Theirs")

    page = as_owner.post(reverse(ADD), form(theirs))

    assert page.status_code == HTTPStatus.OK
    assert not VoucherKind.objects.filter(code="mall").exists()


def test_what_it_was_is_in_its_history_and_in_the_trail(shop, as_owner, alcohol):
    kind = VoucherKindFactory(company=shop.company, code="mall", name="Mall")
    address = reverse("admin:pos_voucherkind_change", args=[kind.pk])
    as_owner.post(address, form(alcohol, pays_deposits="on"))
    row = kind.exclusions.get()
    gone = {"exclusions-0-id": row.pk, "exclusions-0-DELETE": "on"}
    edited = form(alcohol, pays_deposits="on", is_active="") | gone
    as_owner.post(address, edited | {"exclusions-INITIAL_FORMS": "1"})

    changes = FieldChange.objects.filter(kind="pos.voucherkind", row_key=kind.pk)
    assert [(c.field, c.before, c.after) for c in changes.order_by("pk")] == [
        ("name", "Mall", "Mall voucher"),
        ("pays_deposits", "false", "true"),
        ("exclusions", None, "Spirits"),
        ("is_active", "true", "false"),
        ("exclusions", "Spirits", None),
    ]
    page = as_owner.get(reverse("admin:pos_voucherkind_history", args=[kind.pk]))
    assert "Goods that it does not pay for" in page.content.decode()
    entries = AuditEntry.objects.filter(subject_kind="pos.voucherkind")
    assert [entry.act for entry in entries] == ["row_changed"] * 2


def test_the_code_stays(shop, as_owner):
    kind = VoucherKindFactory(company=shop.company, code="mall", name="Mall")

    as_owner.post(
        reverse("admin:pos_voucherkind_change", args=[kind.pk]), form(code="other")
    )

    kind.refresh_from_db()
    assert (kind.code, kind.name) == ("mall", "Mall voucher")


def test_one_that_was_used_stays(shop, as_owner, used, alcohol):
    used.exclusions.create(company=shop.company, restriction=alcohol)
    unused = VoucherKindFactory(company=shop.company, code="new", name="New voucher")

    for kind in (used, unused):
        address = reverse("admin:pos_voucherkind_delete", args=[kind.pk])
        as_owner.post(address, {"post": "yes"})
    as_owner.post(
        reverse("admin:pos_voucherkind_changelist"),
        {"action": "delete_selected", "_selected_action": used.pk, "post": "yes"},
    )

    assert VoucherKind.objects.filter(pk=used.pk).exists()
    assert used.exclusions.exists()
    assert not VoucherKind.objects.filter(pk=unused.pk).exists()


def test_one_that_was_used_says_to_switch_it_off(shop, as_owner, used):
    delete = reverse("admin:pos_voucherkind_delete", args=[used.pk])
    chosen = {"action": "delete_selected", "_selected_action": used.pk}

    one = as_owner.post(delete, {"post": "yes"}, follow=True).content.decode()
    several = as_owner.post(
        reverse("admin:pos_voucherkind_changelist"), chosen, follow=True
    ).content.decode()

    said = "Used voucher: used, so it cannot be deleted. Switch it off instead."
    assert said in one
    assert said in several


def test_one_that_was_not_has_its_button(shop, as_owner):
    kind = VoucherKindFactory(company=shop.company, code="new", name="New voucher")

    page = as_owner.get(reverse("admin:pos_voucherkind_change", args=[kind.pk]))

    delete = reverse("admin:pos_voucherkind_delete", args=[kind.pk])
    assert delete in page.content.decode()
    asked = as_owner.get(delete).content.decode()
    assert "Are you sure you want to delete" in asked
    assert "Add another Restriction" in page.content.decode()


def test_they_are_among_goods_and_prices(shop, as_owner):
    address = reverse("admin:pos_voucherkind_changelist")

    assert f'href="{address}"' in as_owner.get(GOODS).content.decode()
    assert f'href="{address}"' not in as_owner.get(LEDGERS).content.decode()


def test_ledgers_have_nothing_to_add(shop, as_owner):
    assert "addlink" not in as_owner.get(LEDGERS).content.decode()


def test_what_it_excludes_keeps_a_restriction(shop, as_owner, alcohol):
    kind = VoucherKindFactory(company=shop.company, code="mall", name="Mall")
    kind.exclusions.create(company=shop.company, restriction=alcohol)

    page = as_owner.post(
        reverse("admin:pos_restriction_delete", args=[alcohol.pk]), {"post": "yes"}
    )

    assert page.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert Restriction.objects.filter(pk=alcohol.pk).exists()


def test_a_supervisor_only_looks(shop, client, used):
    client.force_login(shop.supervisor)
    address = reverse("admin:pos_voucherkind_change", args=[used.pk])

    assert client.get(address).status_code == HTTPStatus.OK
    assert client.post(address, form()).status_code == HTTPStatus.FORBIDDEN
    assert client.get(reverse(ADD)).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("name", ["tender", "partpayment", "tendercorrection"])
def test_ledgers_name_the_kind_and_filter_by_it(
    shop, as_owner, used, name, django_assert_max_num_queries
):
    address = reverse(f"admin:sales_{name}_changelist")
    field = "kind_before" if name == "tendercorrection" else "kind"
    as_owner.get(address)
    sell_products(
        shop.shift,
        "5.00",
        tenders=[voucher(1, number, kind="used") for number in "12345"],
    )

    with django_assert_max_num_queries(14):
        page = as_owner.get(address, {f"{field}__exact": "used"})

    assert page.status_code == HTTPStatus.OK
    assert "Used voucher" in page.content.decode()
