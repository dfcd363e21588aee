"""Passwords: which are refused, and that the sentence names what they are like."""

import pytest

from pos.access.demo_staff import PASSWORD, STAFF
from pos.access.errors import WeakPasswordError
from pos.access.staff import require_good_password
from pos.models import Company, StaffMember
from tests.support.factories import CompanyFactory, OutletFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    company = CompanyFactory(name="Café Bukit Merah Pte Ltd", code="bukitmerah")
    OutletFactory(company=company, name="Jalan Besar Plaza")
    return StaffMemberFactory(
        company=company, name="Nur Aisyah Rahim", username="aisyah88"
    )


@pytest.mark.parametrize(
    ("password", "like"),
    [
        ("Nur-Aisyah-Rahim", "Nur Aisyah Rahim"),
        ("my NÚR ÁISYAH RAHIM is here", "Nur Aisyah Rahim"),
        ("aisyahrahimnur", "Nur Aisyah Rahim"),
        ("Rahim.Aisyah.2026", "Nur Aisyah Rahim"),
        ("xx-AISYAH88-xx-yy", "aisyah88"),
        ("cafe bukit merah", "Café Bukit Merah Pte Ltd"),
        ("xyz-bukit-merah-xyz-xyz", "bukitmerah"),
        ("Besar plaza jalan 1", "Jalan Besar Plaza"),
        ("jalanbezarplaza", "Jalan Besar Plaza"),
    ],
)
def test_a_name_is_refused(person, password, like):
    with pytest.raises(WeakPasswordError, match=f"is too much like {like}\\."):
        require_good_password(password, person)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "at least 12 characters"),
        ("834920174652", "entirely numeric"),
        ("qwertyuiop123", "too common"),
    ],
)
def test_an_easy_one_is_refused(person, password, said):
    with pytest.raises(WeakPasswordError, match=said):
        require_good_password(password, person)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "twelve chars",
        "the plaza has seven lifts",
        "一二三四五六七八九十百千",
        "🦆" * 12,
    ],
)
def test_another_is_accepted(person, password):
    require_good_password(password, person)


def test_somebody_without_a_company_has_only_their_own_names():
    root = StaffMember(username="administrator", name="")

    require_good_password("cafe bukit merah", root)
    with pytest.raises(WeakPasswordError, match="administrator"):
        require_good_password("Administrator1", root)


def test_a_company_that_is_not_saved_counts_already():
    owner = StaffMember(
        username="o", name="O", company=Company(name="Kedai Runcit Ali")
    )

    with pytest.raises(WeakPasswordError, match="Kedai Runcit Ali"):
        require_good_password("kedai runcit ali", owner)


def test_the_demos_password_keeps_the_rules():
    company = CompanyFactory(name="Ninefold Provisions")
    for one in STAFF:
        require_good_password(
            PASSWORD,
            StaffMember(username=one.username, name=one.name, company=company),
        )
