"""Tiles of the demo staff: initials, and PINs while they are right; in it alone."""

import re

import pytest
from django.urls import reverse

from pos.access.demo_staff import ARJUN, MEI_LING
from pos.access.pins import change_own_pin, save_pin, set_first_pin
from pos.templatetags.demo_shop import demo_pin
from tests.support.factories import StaffMemberFactory

pytestmark = pytest.mark.django_db

OTHER = "860214"


@pytest.fixture(autouse=True)
def demo(settings):
    settings.IS_DEMO = True


@pytest.fixture
def arjun(till):
    person = StaffMemberFactory(company=till.company, username=ARJUN.username)
    save_pin(person, ARJUN.pin, is_first=False)
    return person


def test_are_shown(arjun, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert demo_pin(arjun) == ARJUN.pin


def test_are_not_shown_elsewhere(arjun, settings):
    settings.IS_DEMO = False

    assert demo_pin(arjun) == ""


def test_are_not_shown_once_changed(till, arjun):
    mei_ling = StaffMemberFactory(company=till.company, username=MEI_LING.username)
    save_pin(mei_ling, MEI_LING.pin, is_first=False)

    change_own_pin(actor=arjun, pin=OTHER, till=till)

    assert demo_pin(arjun) == ""
    assert demo_pin(mei_ling) == MEI_LING.pin


def test_are_not_shown_once_another_first_one_is_set(till, arjun):
    owner = StaffMemberFactory(company=till.company, may=["pos.change_staffmember"])

    set_first_pin(person=arjun, pin=OTHER, actor=owner)

    assert demo_pin(arjun) == ""


def test_are_nobody_elses(till):
    person = StaffMemberFactory(company=till.company, username="somebody")

    assert demo_pin(person) == ""


def test_tiles_of_the_sign_in_page_have_initials(client):
    page = client.get(reverse("sign_in")).content.decode()

    shown = re.findall(r'<span class="avatar [^>]*>([^<]*)</span>', page)
    assert shown == ["ML", "A", "H", "KL"]
