"""People and browsers of one till, who may enrol devices or only sell."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from tests.support.counting_hasher import PATH, CountingHasher
from tests.support.factories import StaffMemberFactory, TillFactory

A_NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def till():
    return TillFactory(name="Till 1", outlet__name="Seng Poh Road")


@pytest.fixture
def supervisor(till):
    may = ("sales.sell", "pos.enrol_device")
    return StaffMemberFactory(
        company=till.company, name="Hafiz", may=may, outlets=[till.outlet]
    )


@pytest.fixture
def cashier(till):
    return StaffMemberFactory(
        company=till.company, may=("sales.sell",), outlets=[till.outlet]
    )


@pytest.fixture
def browser():
    """A client that is no device, with this person signed in."""

    def browser(person):
        client = Client()
        client.force_login(person)
        return client

    return browser


@pytest.fixture
def checks(settings) -> Iterator[list[str]]:
    """What was compared with a hash, in order."""
    settings.PASSWORD_HASHERS = [PATH]
    CountingHasher.checks.clear()
    with time_machine.travel(A_NOON, tick=False):
        yield CountingHasher.checks
