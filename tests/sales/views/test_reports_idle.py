"""Pages of figures are pages of the back office: used, or left for a while."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.support.factories import make_shop

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MINUTES = timedelta(minutes=10)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_page_that_is_asked_for_keeps_it_open_and_a_refresh_does_not(headers):
    shop = make_shop(staff={"owner": {"is_staff": True}})
    owner = Client()
    addresses = [reverse("sales:overview"), reverse("sales:report", args=["days"])]
    with time_machine.travel(NOON, tick=False) as clock:
        owner.force_login(shop.staff["owner"])
        answers = []
        for address in addresses:
            clock.shift(MINUTES)
            answers.append(owner.get(address, headers=headers).status_code)

    assert answers == [200, 401 if headers else 200]
