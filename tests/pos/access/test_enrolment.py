"""Enrolment: browsers become devices of a till, and sell until they are revoked."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from pos.access.enrolment import (
    enrol_by_code,
    enrol_device,
    make_enrolment_code,
    revoke_device,
)
from pos.access.errors import (
    DeviceTakenError,
    EnrolmentCodeUsedError,
    NotAllowedError,
    UnknownEnrolmentCodeError,
)
from pos.core import clock
from pos.core.errors import NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.models import Device, EnrolmentCode, StaffMember
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_together
from tests.support.factories import (
    DeviceFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

CHOICE = "/till/choice/"
A_UID = "01970000-0000-7000-8000-000000000000"
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def later(monkeypatch):
    """Set the database's clock forward."""

    def later(wait):
        seconds = wait.total_seconds()
        sql = f"(clock_timestamp() + interval '{seconds} s')"
        monkeypatch.setattr(clock, "clock_sql", lambda: sql)

    return later


def choose(client, till, **fields):
    return client.post(CHOICE, {"uid": uuid7(), "till": till.uid} | fields)


def type_code(client, code, **fields):
    return client.post(CHOICE, {"uid": uuid7(), "code": code} | fields)


class TestByPermission:
    def test_is_kept_by_the_browser_beyond_signing_out(
        self, browser, till, supervisor, cashier
    ):
        other = TillFactory(outlet=till.outlet, name="Till 2")
        client = browser(supervisor)

        response = choose(client, other, name="  The   counter ")

        assert response.url == reverse("sales:till")
        client.post(reverse("sign_out"))
        client.force_login(cashier)
        page = client.get(reverse("sales:till"), follow=True)
        assert "Till 2" in page.text
        device = Device.objects.get()
        assert (device.name, device.enrolled_by) == ("The counter", supervisor)

    def test_names_devices_by_number_where_nobody_has_named_them(
        self, browser, till, supervisor
    ):
        for _ in range(2):
            choose(browser(supervisor), till)

        names = Device.objects.order_by("pk").values_list("name", flat=True)
        assert list(names) == ["Device 1", "Device 2"]

    def test_takes_the_browser_from_the_till_that_it_was_of(
        self, browser, till, supervisor
    ):
        client = browser(supervisor)
        choose(client, till)
        other = TillFactory(outlet=till.outlet)

        choose(client, other)

        former, device = Device.objects.order_by("pk")
        assert (former.till, former.revoked_by) == (till, supervisor)
        assert (device.till, device.is_revoked) == (other, False)

    def test_of_a_double_tap_is_one_device(self, browser, till, supervisor):
        client, uid = browser(supervisor), uuid7()

        answers = [choose(client, till, uid=uid) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert Device.objects.get().uid == uid

    def test_with_the_page_of_another_device_is_refused(self, till, supervisor):
        device = DeviceFactory(till=till)
        other = TillFactory(outlet=till.outlet)
        again = {"uid": device.uid, "actor": supervisor, "instead_of": None}

        with pytest.raises(DeviceTakenError):
            enrol_device(till=other, **again)
        revoke_device(device=device, actor=supervisor)
        with pytest.raises(DeviceTakenError):
            enrol_device(till=till, **again)

    def test_is_not_for_cashiers(self, browser, till, cashier):
        with assert_no_writes(), pytest.raises(NotAllowedError):
            enrol_device(uid=uuid7(), till=till, actor=cashier, instead_of=None)

        answer = choose(browser(cashier), till)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Enter the code." in answer.text
        assert not Device.objects.exists()

    def test_is_not_at_another_companys_till(self, supervisor):
        with pytest.raises(NotOfThisCompanyError):
            enrol_device(
                uid=uuid7(), till=TillFactory(), actor=supervisor, instead_of=None
            )

    @pytest.mark.parametrize("uid", ["", "x", A_UID])
    def test_refuses_what_is_no_till(self, browser, supervisor, uid):
        response = browser(supervisor).post(CHOICE, {"uid": uuid7(), "till": uid})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_offers_no_till_of_others_or_out_of_use(self, browser, till, supervisor):
        stranger = TillFactory(name="Till of others")
        TillFactory(outlet=till.outlet, name="Till in the cellar", is_active=False)

        page = browser(supervisor).get(CHOICE).text

        assert "Till 1" in page
        assert "Till of others" not in page
        assert "Till in the cellar" not in page
        assert choose(browser(supervisor), stranger).status_code == 422

    def test_redirects_to_the_page_first_asked_for(self, browser, till, supervisor):
        client = browser(supervisor)

        assert choose(client, till, next="/receipts/").url == "/receipts/"
        elsewhere = choose(client, till, next="https://example.com/")
        assert elsewhere.url == reverse("sales:till")

    def test_leads_back_where_the_browser_is_a_device(self, browser, till, supervisor):
        client = browser(supervisor)
        back = f'href="{reverse("sales:till")}"'
        assert back not in client.get(CHOICE).text

        choose(client, till)

        assert back in client.get(CHOICE).text

    def test_leads_to_the_back_office_who_may_enter_it(self, browser, supervisor):
        before = browser(supervisor).get(CHOICE).text
        StaffMember.objects.update(is_staff=True)
        after = browser(supervisor).get(CHOICE).text

        assert reverse("admin:index") not in before
        assert reverse("admin:index") in after


class TestByCode:
    @pytest.fixture
    def code(self, till, supervisor):
        return make_enrolment_code(till=till, actor=supervisor, device_name="Phone")

    def test_makes_the_browser_a_device_of_its_till(self, browser, till, cashier, code):
        client = browser(cashier)

        response = type_code(client, f"{code[:4]} {code[4:]}", next="/receipts/")

        assert response.url == "/receipts/"
        device = Device.objects.get()
        assert (device.till, device.name) == (till, "Phone")
        assert device.enrolled_by == cashier
        assert EnrolmentCode.objects.get().device == device
        assert client.get(reverse("sales:till"), follow=True).status_code == 200

    def test_is_eight_digits_of_which_only_a_keyed_hash_is_kept(self, code):
        assert re.fullmatch(r"\d{8}", code)
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(c)::text FROM pos_enrolmentcode c")
            assert code not in cursor.fetchone()[0]

    def test_is_for_one_browser(self, browser, cashier, code):
        type_code(browser(cashier), code)

        second = type_code(browser(cashier), code)

        assert "This code was used for another device." in second.text
        assert Device.objects.count() == 1

    def test_whose_answer_was_lost_enrols_the_same_browser_again(
        self, browser, cashier, code
    ):
        client, uid = browser(cashier), uuid7()
        first = type_code(client, code, uid=uid)
        client.cookies.pop(settings.DEVICE_COOKIE_NAME)

        again = type_code(client, code, uid=uid)

        assert (first.status_code, again.status_code) == (302, 302)
        assert Device.objects.get().uid == uid

    def test_is_valid_for_ten_minutes(self, browser, cashier, code, later):
        later(timedelta(minutes=10))

        answer = type_code(browser(cashier), code)

        assert "This code has expired" in answer.text
        assert not Device.objects.exists()

    def test_that_is_wrong_or_another_companys_is_unknown(self, browser, cashier, code):
        stranger = StaffMemberFactory(may=("sales.sell",))

        for person, typed in ((stranger, code), (cashier, "1"), (cashier, "?")):
            answer = type_code(browser(person), typed)
            assert "There is no such code." in answer.text
        assert not Device.objects.exists()

    def test_is_not_guessed(self, browser, cashier, code):
        client = browser(cashier)
        answers = [type_code(client, "1").status_code for _ in range(6)]
        assert answers == [422] * 5 + [429]

        answer = type_code(client, code)

        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert "Too many wrong tries. Wait" in answer.text
        assert not Device.objects.exists()

    def test_that_is_right_ends_the_count_of_wrong_ones(self, browser, cashier, code):
        client = browser(cashier)
        for _ in range(4):
            type_code(client, "1")
        assert type_code(client, code).status_code == HTTPStatus.FOUND

        answers = [type_code(client, "1").status_code for _ in range(5)]

        assert answers == [422] * 5

    def test_of_a_till_out_of_use_is_unknown(self, till, cashier, code):
        till.is_active = False
        till.save(update_fields=["is_active"])

        with pytest.raises(UnknownEnrolmentCodeError):
            enrol_by_code(uid=uuid7(), code=code, actor=cashier, instead_of=None)

    def test_is_made_by_who_may_enrol(self, till, cashier, supervisor):
        with assert_no_writes(), pytest.raises(NotAllowedError):
            make_enrolment_code(till=till, actor=cashier)
        with pytest.raises(NotOfThisCompanyError):
            make_enrolment_code(till=TillFactory(), actor=supervisor)

    def test_needs_a_person_who_may_sell(self, till, code):
        nobody = StaffMemberFactory(company=till.company, may=())

        with assert_no_writes(), pytest.raises(NotAllowedError):
            enrol_by_code(uid=uuid7(), code=code, actor=nobody, instead_of=None)


@pytest.mark.django_db(transaction=True)
def test_a_code_typed_in_two_browsers_at_once_enrols_one():
    till = TillFactory()
    owner = StaffMemberFactory(
        company=till.company, may=("sales.sell", "pos.enrol_device")
    )
    code = make_enrolment_code(till=till, actor=owner)

    def enrol_one():
        return enrol_by_code(uid=uuid7(), code=code, actor=owner, instead_of=None)

    results = run_together(enrol_one, enrol_one)

    assert {type(one) for one in results} == {Device, EnrolmentCodeUsedError}
    assert Device.objects.count() == 1
