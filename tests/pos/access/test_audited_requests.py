"""Audited requests: signing in and out, refusals and approvals are in the trail."""

import pytest
from django.test import Client
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import AuditEntry, StaffMember
from sales.basket.void import void_sale
from sales.models import Shift
from tests.support.cashier import Cashier
from tests.support.devices import client_at, enrol
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"  # noqa: S105


@pytest.fixture
def person() -> StaffMember:
    member = StaffMemberFactory(username="mei", may=("sales.sell",))
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    return member


def sign_in(client: Client, username: str, password: str = PASSWORD):
    fields = {"username": username, "password": password}
    return client.post(reverse("sign_in"), fields)


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("id"))


def test_signing_in_and_out_is_written(client, person):
    sign_in(client, "mei")
    client.post(reverse("sign_out"))

    assert [(entry.act, entry.staff_member) for entry in entries()] == [
        ("sign_in", person),
        ("sign_out", person),
    ]


def test_signing_out_twice_is_written_once(client, person):
    sign_in(client, "mei")
    for _ in range(2):
        client.post(reverse("sign_out"))

    assert [entry.act for entry in entries()] == ["sign_in", "sign_out"]


def test_a_wrong_password_is_written_with_the_person_whose_name_it_was(client, person):
    sign_in(client, "MEI", "wrong")

    [entry] = entries()
    assert (entry.act, entry.staff_member) == ("sign_in_failed", person)
    assert "wrong" not in entry.text


def test_an_unknown_name_is_not_written_since_it_may_be_a_password(client, person):
    sign_in(client, "hunter2")

    [entry] = entries()
    assert (entry.act, entry.staff_member) == ("sign_in_failed", None)
    assert "hunter2" not in entry.text


def test_an_unknown_name_is_nobodys_where_there_are_several_companies(client, person):
    CompanyFactory()
    sign_in(client, "hunter2")

    assert entries() == []


def test_what_is_done_at_a_till_is_in_its_chain(client, person):
    till, other = TillFactory(outlet__company=person.company), TillFactory()
    enrol(client, till)
    sign_in(client, "hunter2")
    sign_in(client, "mei")
    enrol(client, other)
    client.post(reverse("sign_out"))

    assert [(entry.act, entry.till) for entry in entries()] == [
        ("sign_in_failed", till),
        ("sign_in", till),
        ("sign_out", None),
    ]


def test_a_page_that_may_not_be_used_writes_what_was_tried_and_not_a_look(
    client, person
):
    TillFactory(outlet__company=person.company)
    client.force_login(person)

    uid = uuid7()
    page = reverse("sales:shift_no_sale", args=[uid])
    client.get(page)
    client.post(page)

    [entry] = entries()
    assert (entry.act, entry.staff_member) == ("refused", person)
    assert entry.content["facts"] == {
        "code": "forbidden",
        "page": "sales:shift_no_sale",
        "key": str(uid),
    }


def client_of(shift: Shift) -> Client:
    return client_at(shift.till, shift.cashier)


def void(client: Client, page: str):
    return client.post(page, {"reason": "Left"}, content_type="application/json")


@pytest.mark.parametrize("is_there", [True, False])
def test_another_company_s_and_a_missing_thing_are_written_alike(is_there):
    shift, theirs = ShiftFactory(), make_sale(ShiftFactory())
    client, before = client_of(shift), len(entries())
    uid = theirs.uid if is_there else uuid7()

    page = reverse("sales:void", args=[uid])
    assert client.get(reverse("sales:receipt", args=[uid])).status_code == 404
    assert void(client, page).status_code == 404

    [entry] = entries()[before:]
    assert (entry.act, entry.staff_member) == ("refused", shift.cashier)
    assert (entry.company, entry.till) == (shift.company, shift.till)
    facts = {"code": "not_found", "page": "sales:void", "key": str(uid)}
    assert entry.content["facts"] == facts
    theirs.refresh_from_db()
    assert theirs.may_change


def test_a_basket_of_another_till_is_written():
    shift = ShiftFactory()
    other = ShiftFactory(till__outlet=shift.till.outlet)
    sale, client = make_sale(other), client_of(shift)
    before = len(entries())

    page = reverse("sales:void", args=[sale.uid])
    assert void(client, page).status_code == 409

    [entry] = entries()[before:]
    assert entry.content["facts"]["code"] == "sale_elsewhere"
    assert entry.content["facts"]["key"] == str(sale.uid)
    sale.refresh_from_db()
    assert sale.may_change


def test_another_company_s_row_in_the_back_office_is_written(client):
    owner = StaffMemberFactory(is_staff=True)
    theirs = ProductFactory()
    client.force_login(owner)
    page = reverse("admin:pos_product_change", args=[theirs.pk])
    before = len(entries())

    client.get(page)
    client.post(page, {"name": "Mine"})

    [entry] = entries()[before:]
    assert (entry.act, entry.staff_member) == ("refused", owner)
    assert entry.content["facts"] == {
        "code": "not_found",
        "page": "admin:pos_product_change",
        "key": str(theirs.pk),
    }
    theirs.refresh_from_db()
    assert theirs.name != "Mine"


def test_another_company_s_customer_in_a_basket_is_written():
    cashier, theirs = Cashier(ShiftFactory()), CustomerFactory()
    before = len(entries())

    cashier.do("attach_customer", customer=str(theirs.uid))

    [entry] = entries()[before:]
    assert (entry.act, entry.till) == ("refused", cashier.till)
    assert entry.content["facts"]["code"] == "not_found"
    assert theirs.name not in entry.text


@pytest.mark.django_db(transaction=True)
def test_what_a_service_refuses_a_person_is_written_once_it_is_undone():
    shift = ShiftFactory()
    sale = make_sale(shift)
    before = AuditEntry.objects.count()
    nobody = StaffMemberFactory(company=shift.company, may=())

    with pytest.raises(Exception, match="not allowed"):
        void_sale(uid=sale.uid, reason="Left", actor=nobody)

    [entry] = entries()[before:]
    assert (entry.act, entry.staff_member, entry.till) == (
        "refused",
        nobody,
        shift.till,
    )
    assert entry.subject_key == str(sale.uid)
    assert entry.content["facts"] == {
        "code": "not_allowed",
        "permission": "sales.void_sale",
        "amount": "10",
    }
    sale.refresh_from_db()
    assert sale.may_change


def test_an_operation_that_a_person_may_not_do_is_written_with_its_batch():
    shift = ShiftFactory()
    seller = StaffMemberFactory(company=shift.company, may=["sales.sell"])
    cashier = Cashier(shift, actor=seller)
    before = AuditEntry.objects.count()

    cashier.do("discount_sale", percent="100", reason="A friend")

    [entry] = entries()[before:]
    assert (entry.act, entry.staff_member) == ("refused", seller)
    assert entry.content["facts"]["permission"] == "sales.discount_sale"


def test_a_wrong_approval_is_written_with_who_asked_and_whose_name_it_was(client):
    shift = ShiftFactory()
    StaffMemberFactory(company=shift.company, username="hafiz")
    client.force_login(shift.cashier)
    enrol(client, shift.till)

    client.post(
        reverse("sales:shift_no_sale", args=[shift.uid]),
        {
            "uid": str(uuid7()),
            "reason": "Change",
            "approver": "hafiz",
            "approver_password": "wrong",
        },
    )

    [entry] = entries()
    assert (entry.act, entry.staff_member) == ("approval_failed", shift.cashier)
    assert entry.content["subject"][2] == "hafiz"
