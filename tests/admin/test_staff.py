"""People and roles: nobody grants more than they may do."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from pos.access.acts import Act
from pos.models import AuditEntry, Outlet, Role, StaffMember
from tests.admin.shop import Shop
from tests.support.factories import (
    OutletFactory,
    RoleFactory,
    StaffMemberFactory,
    grant,
)

PASSWORD = "correct horse 9"


def person_form(of: Role, **changes: object) -> dict[str, object]:
    return {
        "name": "Ah Seng",
        "username": "ahseng",
        "role": of.pk,
        "is_active": "on",
        "password1": PASSWORD,
        "password2": PASSWORD,
    } | changes


def role_form(*permissions: Permission, **changes: object) -> dict[str, object]:
    return {
        "code": "floor",
        "name": "Floor",
        "permissions": [permission.pk for permission in permissions],
    } | changes


def permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


@pytest.fixture
def personnel(shop: Shop) -> StaffMember:
    """May add and change people and roles, and little else."""
    person = StaffMemberFactory(
        company=shop.company,
        is_staff=True,
        may=[
            f"pos.{verb}_{model}"
            for verb in ("view", "add", "change", "delete")
            for model in ("role", "staffmember")
        ],
    )
    grant(person.role, ["sales.sell"])
    return person


def test_an_owner_adds_a_person_who_can_sign_in(shop: Shop, as_owner: Client):
    as_owner.post(
        reverse("admin:pos_staffmember_add"),
        person_form(shop.cashier.role, is_superuser="on", company="1"),
    )

    person = StaffMember.objects.get(username="ahseng")
    assert person.company == shop.company
    assert person.role == shop.cashier.role
    assert not person.is_superuser
    assert not person.is_staff
    assert person.password.startswith("argon2$")
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password2": "other"}, "The two password fields"),
        ({"password1": "12345678", "password2": "12345678"}, "too common"),
        ({"password1": "", "password2": ""}, "This field is required"),
        ({"username": "no spaces"}, "Enter a valid username"),
        ({"role": ""}, "This field is required"),
    ],
)
def test_a_person_is_not_added_without_what_is_needed(
    shop: Shop, as_owner: Client, changes: dict, said: str
):
    page = as_owner.post(
        reverse("admin:pos_staffmember_add"), person_form(shop.cashier.role, **changes)
    )

    assert said in page.content.decode()
    assert not StaffMember.objects.filter(name="Ah Seng").exists()


def test_a_taken_sign_in_name_is_refused_with_a_sentence(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    page = as_owner.post(
        reverse("admin:pos_staffmember_add"),
        person_form(shop.cashier.role, username=other_shop.owner.username),
    )

    assert "This sign-in name is taken." in page.content.decode()


def test_an_owner_sets_another_s_password_by_its_hash_only(
    shop: Shop, as_owner: Client
):
    address = reverse("admin:auth_user_password_change", args=[shop.cashier.pk])
    sent = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}

    as_owner.post(address, sent)

    shop.cashier.refresh_from_db()
    assert shop.cashier.check_password(PASSWORD)
    assert PASSWORD not in shop.cashier.password
    page = as_owner.get(
        reverse("admin:pos_staffmember_change", args=[shop.cashier.pk])
    ).content.decode()
    assert address in page
    assert shop.cashier.password not in page


def test_an_owner_makes_nobody_a_superuser(shop: Shop, as_owner: Client):
    for person in (shop.cashier, shop.owner):
        sent = person_form(person.role, username=person.username, is_superuser="on")
        as_owner.post(reverse("admin:pos_staffmember_change", args=[person.pk]), sent)

    assert not StaffMember.objects.filter(is_superuser=True).exists()


def test_nobody_changes_what_they_may_themselves(
    shop: Shop, personnel: StaffMember, client: Client
):
    client.force_login(personnel)
    own = personnel.role

    client.post(
        reverse("admin:pos_staffmember_change", args=[personnel.pk]),
        {
            "name": "New name",
            "username": personnel.username,
            "role": shop.owner.role.pk,
        },
    )
    answer = client.post(
        reverse("admin:pos_role_change", args=[own.pk]),
        role_form(permission("sales.sell"), code=own.code),
    )

    personnel.refresh_from_db()
    assert (personnel.name, personnel.role) == ("New name", own)
    assert personnel.is_active
    assert personnel.is_staff
    assert answer.status_code == 403


def test_nobody_gives_a_role_that_may_more_than_they_do(
    shop: Shop, personnel: StaffMember, client: Client
):
    client.force_login(personnel)

    page = client.post(
        reverse("admin:pos_staffmember_add"), person_form(shop.owner.role)
    )

    assert "Select a valid choice" in page.content.decode()
    assert not StaffMember.objects.filter(username="ahseng").exists()


def test_nobody_puts_into_a_role_what_they_have_not(
    shop: Shop, personnel: StaffMember, client: Client
):
    client.force_login(personnel)
    for beyond in ("pos.change_company", "sales.finalize_sale", "auth.change_group"):
        page = client.post(reverse("admin:pos_role_add"), role_form(permission(beyond)))
        assert "Select a valid choice" in page.content.decode(), beyond

    client.post(reverse("admin:pos_role_add"), role_form(permission("sales.sell")))

    role = Role.objects.get(code="floor")
    assert role.company == shop.company
    assert [one.codename for one in role.permissions.all()] == ["sell"]


@pytest.mark.parametrize("what", ["change", "password", "role"])
def test_nobody_touches_who_may_more(
    shop: Shop, personnel: StaffMember, client: Client, what: str
):
    client.force_login(personnel)
    above = shop.owner
    before = (above.password, above.username, above.role.permissions.count())
    addresses = {
        "change": reverse("admin:pos_staffmember_change", args=[above.pk]),
        "password": reverse("admin:auth_user_password_change", args=[above.pk]),
        "role": reverse("admin:pos_role_change", args=[above.role.pk]),
    }
    sent = person_form(personnel.role, usable_password="true") | role_form()

    answer = client.post(addresses[what], sent)

    assert answer.status_code == 403
    above.refresh_from_db()
    after = (above.password, above.username, above.role.permissions.count())
    assert after == before


def test_a_superuser_of_the_company_is_above_its_owner(shop: Shop, as_owner: Client):
    above = StaffMemberFactory(
        company=shop.company, role=shop.cashier.role, is_superuser=True
    )

    address = reverse("admin:auth_user_password_change", args=[above.pk])

    assert as_owner.get(address).status_code == 403
    assert as_owner.post(address, person_form(above.role)).status_code == 403


def test_people_are_deactivated_and_never_deleted(
    shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})

    address = reverse("admin:pos_staffmember_delete", args=[shop.cashier.pk])

    assert client.post(address, {"post": "yes"}).status_code == 403


def test_a_role_in_use_stays(shop: Shop, as_owner: Client):
    role = RoleFactory(company=shop.company)
    StaffMemberFactory(company=shop.company, role=role)

    as_owner.post(reverse("admin:pos_role_delete", args=[role.pk]), {"post": "yes"})

    assert Role.objects.filter(pk=role.pk).exists()


def test_a_taken_code_is_refused_at_its_field(shop: Shop, as_owner: Client):
    page = as_owner.post(
        reverse("admin:pos_role_add"),
        role_form(permission("sales.sell"), code="cashier"),
    )

    assert page.context["errors"]
    form = page.context["adminform"].form
    assert form.errors == {
        "code": ["Another role of the company already has this Code."]
    }


class TestOutlets:
    @pytest.fixture
    def katong(self, shop: Shop) -> Outlet:
        return OutletFactory(company=shop.company, name="Katong", staff=())

    def address(self, person: StaffMember) -> str:
        return reverse("admin:pos_staffmember_change", args=[person.pk])

    def test_are_given_and_taken_and_written_once(
        self, shop: Shop, as_owner: Client, katong: Outlet
    ):
        form = person_form(shop.cashier.role, outlets=[katong.pk], username="mei")

        as_owner.post(self.address(shop.cashier), form)

        person = StaffMember.objects.get(pk=shop.cashier.pk)
        assert person.outlet_ids == [katong.pk]
        written = AuditEntry.objects.filter(subject_key=str(person.uid))
        acts = written.filter(staff_member=shop.owner).values_list("act", flat=True)
        assert sorted(acts) == [Act.OUTLETS_CHANGED, Act.STAFF_CHANGED]
        last = written.get(act=Act.STAFF_CHANGED).content["changes"]
        assert "outlets" not in last

    def test_of_a_new_person_are_all_ticked(self, as_owner: Client, katong: Outlet):
        page = as_owner.get(reverse("admin:pos_staffmember_add")).text

        ticked = re.findall(r'name="outlets" value="(\d+)"[^>]* checked', page)
        assert str(katong.pk) in ticked
        assert len(ticked) == 2

    def test_that_are_not_ones_own_are_not_offered(
        self, shop: Shop, personnel: StaffMember, client: Client, katong: Outlet
    ):
        client.force_login(personnel)
        below = StaffMemberFactory(company=shop.company, may=["sales.sell"])

        page = client.get(self.address(below)).text

        assert f'name="outlets" value="{shop.outlet.pk}"' in page
        assert "Katong" not in page

    def test_of_oneself_are_only_looked_at(
        self, personnel: StaffMember, client: Client, katong: Outlet
    ):
        client.force_login(personnel)

        client.post(
            self.address(personnel), person_form(personnel.role, outlets=[katong.pk])
        )

        assert katong.pk not in StaffMember.objects.get(pk=personnel.pk).outlet_ids
        assert 'name="outlets"' not in client.get(self.address(personnel)).text

    def test_are_named_for_who_may_only_look(self, shop: Shop, client: Client):
        client.force_login(shop.supervisor)

        assert shop.outlet.name in client.get(self.address(shop.cashier)).text
        assert "every outlet" in client.get(self.address(shop.owner)).text
