"""Devices: how a browser is known, seen and taken from its till again."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from pos.access.enrolment import (
    enrol_by_code,
    make_enrolment_code,
    revoke_device,
)
from pos.access.errors import (
    NotAllowedError,
)
from pos.core.errors import NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.models import Device, EnrolmentCode
from tests.support.books import assert_no_writes
from tests.support.devices import client_at
from tests.support.factories import (
    DeviceFactory,
    ShiftFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

CHOICE = "/till/choice/"
A_UID = "01970000-0000-7000-8000-000000000000"
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


def choose(client, till, **fields):
    return client.post(CHOICE, {"uid": uuid7(), "till": till.uid} | fields)


class TestRevoking:
    def test_works_at_the_next_request(self, till, supervisor, cashier):
        ShiftFactory(till=till, cashier=cashier)
        client = client_at(till, cashier)
        assert client.get(reverse("sales:till")).status_code == HTTPStatus.OK

        revoke_device(device=Device.objects.get(), actor=supervisor)

        assert client.get(reverse("sales:till")).url.startswith(CHOICE)
        address = reverse("sales:basket", args=[uuid7()])
        answer = client.get(address, headers={"accept": "application/json"})
        assert answer.json()["error"]["code"] == "no_till"

    def test_is_said_where_the_code_is_asked_for(self, till, supervisor, cashier):
        never = client_at(TillFactory(), cashier)
        client = client_at(till, cashier)
        device = Device.objects.get(till=till)
        revoke_device(device=device, actor=supervisor)

        assert "its access was withdrawn" in client.get(CHOICE).text
        # Another company's device is none here, and says nothing.
        assert "belongs to no till yet" in never.get(CHOICE).text

    def test_is_once_and_for_good(self, till, supervisor):
        device = DeviceFactory(till=till)
        first = revoke_device(device=device, actor=supervisor)

        again = revoke_device(device=device, actor=supervisor)

        assert again.revoked_at == first.revoked_at
        with pytest.raises(IntegrityError), transaction.atomic():
            Device.objects.update(revoked_at=None, revoked_by=None)

    def test_is_not_for_cashiers_nor_for_others_devices(
        self, till, cashier, supervisor
    ):
        device = DeviceFactory(till=till)
        with assert_no_writes(), pytest.raises(NotAllowedError):
            revoke_device(device=device, actor=cashier)
        with pytest.raises(NotOfThisCompanyError):
            revoke_device(device=DeviceFactory(), actor=supervisor)


class TestPermanence:
    @pytest.mark.parametrize(
        "change", [{"name": "Other"}, {"uid": A_UID}, {"enrolled_at": EARLIER}]
    )
    def test_a_device_stays_what_it_was_made(self, till, change):
        DeviceFactory(till=till)

        with pytest.raises(IntegrityError), transaction.atomic():
            Device.objects.update(**change)

    def test_devices_and_codes_are_never_deleted(self, till, supervisor):
        DeviceFactory(till=till)
        make_enrolment_code(till=till, actor=supervisor)

        for table in ("pos_device", "pos_enrolmentcode"):
            for words in ("DELETE FROM", "TRUNCATE"):
                with (
                    pytest.raises(IntegrityError),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(f"{words} {table}" + " CASCADE" * ("T" in words[:1]))

    def test_a_code_is_used_once(self, till, supervisor):
        code = make_enrolment_code(till=till, actor=supervisor)
        enrol_by_code(uid=uuid7(), code=code, actor=supervisor, instead_of=None)

        with pytest.raises(IntegrityError), transaction.atomic():
            EnrolmentCode.objects.update(used_at=None, device=None)


class TestSeen:
    @pytest.fixture
    def shift(self, till, cashier):
        return ShiftFactory(till=till, cashier=cashier)

    def test_is_written_once_a_minute_where_something_is_looked_at(
        self, shift, cashier
    ):
        client = client_at(shift.till, cashier)
        device = Device.objects.get()
        client.get(reverse("pos:tiles"))
        assert Device.objects.get().last_seen_at == device.last_seen_at
        long_ago = device.last_seen_at - timedelta(seconds=61)
        Device.objects.update(last_seen_at=long_ago)

        address = reverse("sales:operations", args=[uuid7()])
        client.post(address, {}, headers={"accept": "application/json"})
        assert Device.objects.get().last_seen_at == long_ago
        client.get(reverse("pos:tiles"))

        assert Device.objects.get().last_seen_at > long_ago

    def test_takes_no_statement_but_the_one_that_finds_the_till(self, shift, cashier):
        client = client_at(shift.till, cashier)

        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("pos:tiles"))

        sent = [query["sql"] for query in captured]
        assert len([sql for sql in sent if "pos_device" in sql]) == 1
        assert not [sql for sql in sent if 'FROM "pos_till"' in sql]

    def test_renews_a_cookie_before_it_is_lost(self, shift, cashier, time_machine):
        client = client_at(shift.till, cashier)
        name = settings.DEVICE_COOKIE_NAME
        assert name not in client.get(reverse("pos:tiles")).cookies

        time_machine.move_to(now() + timedelta(days=31))
        client.force_login(cashier)

        assert name in client.get(reverse("pos:tiles")).cookies


class TestCookie:
    @pytest.mark.parametrize("forged", ["", "x", A_UID, f"{A_UID}:a:b"])
    def test_that_is_not_signed_here_names_no_device(self, till, cashier, forged):
        client = client_at(till, cashier)
        client.cookies[settings.DEVICE_COOKIE_NAME] = forged

        assert client.get(reverse("sales:till")).url.startswith(CHOICE)

    def test_of_another_companys_device_names_none(self, cashier):
        stranger = client_at(TillFactory(), cashier)

        assert stranger.get(reverse("sales:till")).url.startswith(CHOICE)


class TestDemo:
    @pytest.fixture(autouse=True)
    def demo(self, settings):
        settings.IS_DEMO = True

    def test_asks_no_browser_for_anything(self, browser, till, cashier):
        ShiftFactory(till=till, cashier=cashier)
        TillFactory(outlet=till.outlet)

        for count in (1, 2):
            client = browser(cashier)
            for _ in range(2):
                page = client.get(reverse("sales:till"))
                assert page.status_code == HTTPStatus.OK
                assert "Till 1" in page.text
            assert Device.objects.count() == count

    def test_lets_everybody_who_sells_choose_another_till(self, browser, till, cashier):
        client = browser(cashier)
        other = TillFactory(outlet=till.outlet, name="Till 2")

        page = client.get(CHOICE).text
        answer = choose(client, other)

        assert "nobody is asked for a code" in page
        assert answer.url == reverse("sales:till")
        assert Device.objects.get().till == other
