"""Audit trail: entries are chained, permanent, and cost one statement."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from pos.access.acts import Act
from pos.access.audit import record, record_alone, recorded_as_one, recorded_from
from pos.core.chains import CHAIN_START, chain_hash
from pos.models import AuditEntry, AuditHead, AuditPersonal
from tests.support.concurrency import run_together
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    ProductFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db


def entries(company):
    return list(AuditEntry.objects.of_company(company.pk).order_by("id"))


def test_the_first_entry_of_a_company_begins_its_chain():
    actor = StaffMemberFactory()

    record(Act.SIGN_IN, actor=actor)
    record(Act.SIGN_OUT, actor=actor)

    first, second = entries(actor.company)
    head = AuditHead.objects.get(company=actor.company)
    assert (first.number, second.number, head.last_audit_no) == (1, 2, 2)
    assert first.hash == chain_hash(CHAIN_START, first.text)
    assert second.hash == chain_hash(first.hash, second.text) == head.audit_head


def test_an_act_at_a_till_is_in_the_chain_of_the_till():
    till = TillFactory()
    actor = StaffMemberFactory(company=till.company)

    record(Act.NO_SALE, actor=actor, till=till, subject=till)

    [entry] = entries(till.company)
    till.refresh_from_db()
    assert (entry.till, entry.number) == (till, 1)
    assert (till.last_audit_no, till.audit_head) == (1, entry.hash)
    assert not AuditHead.objects.exists()


def test_an_entry_says_who_did_what_to_what_and_who_agreed():
    till = TillFactory(code="T9")
    actor, approver = (StaffMemberFactory(company=till.company) for _ in range(2))
    product = ProductFactory(company=till.company, sku="TEA")
    at = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)

    record(
        Act.PRODUCT_CHANGED,
        actor=actor,
        till=till,
        subject=product,
        approved_by=approver,
        facts={"amount": Decimal("4.500"), "reason": "50 % \N{BLACK STAR}"},
        changes={"price": (Decimal("4.20"), Decimal("4.50"))},
        at=at,
    )

    [entry] = entries(till.company)
    content = json.loads(entry.text)
    assert content.pop("recorded") == f"{entry.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert content == {
        "v": 1,
        "at": "2026-03-01T04:05:06.000000Z",
        "act": "product_changed",
        "by": str(actor.uid),
        "by_name": str(actor),
        "approved_by": str(approver.uid),
        "subject": ["pos.product", str(product.uid), "TEA"],
        "till": str(till.uid),
        "facts": {"amount": "4.5", "reason": "50 % \N{BLACK STAR}"},
        "changes": {"price": ["4.2", "4.5"]},
        "personal": "",
        "source": "",
    }
    assert (entry.staff_member, entry.approved_by) == (actor, approver)
    assert (entry.subject_kind, entry.subject_key) == ("pos.product", str(product.uid))
    assert entry.happened_at == at


def test_personal_values_are_beside_the_entry_and_may_be_erased():
    customer = CustomerFactory()
    actor = StaffMemberFactory(company=customer.company)

    record(
        Act.CUSTOMER_CHANGED,
        actor=actor,
        subject=customer,
        personal={"phone": ("+6581234567", "+6587654321")},
    )

    [entry] = entries(actor.company)
    personal = AuditPersonal.objects.get()
    assert "81234567" not in entry.text
    assert json.loads(personal.text) == {"phone": ["+6581234567", "+6587654321"]}
    assert entry.content["personal"] == chain_hash(personal.salt, personal.text)

    AuditPersonal.objects.update(salt="", text="")  # and the books balance
    assert AuditPersonal.objects.get().is_erased


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pos_auditentry SET act = 'sign_out'",
        "DELETE FROM pos_auditentry",
        "TRUNCATE pos_auditentry CASCADE",
        "UPDATE pos_auditpersonal SET text = '{}'",
        "UPDATE pos_auditpersonal SET salt = '', text = '', entry_id = 0",
        "DELETE FROM pos_auditpersonal",
        "TRUNCATE pos_auditpersonal",
        "UPDATE pos_audithead SET last_audit_no = 0, audit_head = repeat('0', 64)",
        "UPDATE pos_audithead SET last_audit_no = last_audit_no + 1",
        "UPDATE pos_audithead SET audit_head = repeat('a', 64)",
        "DELETE FROM pos_audithead",
        "TRUNCATE pos_audithead",
    ],
)
def test_nothing_written_is_changed(change):
    actor = StaffMemberFactory()
    record(Act.SIGN_IN, actor=actor, personal={"name": ("a", "b")})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is pending

    with (
        pytest.raises(IntegrityError, match="is permanent"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_the_head_of_a_till_only_moves_on():
    till = TillFactory()
    record(Act.NO_SALE, actor=StaffMemberFactory(company=till.company), till=till)

    for change in ({"last_audit_no": 0}, {"audit_head": "f" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(till).objects.update(**change)


def test_an_entry_is_one_statement(django_assert_num_queries):
    till = TillFactory()
    actor = StaffMemberFactory(company=till.company)
    record(Act.SIGN_IN, actor=actor)

    with django_assert_num_queries(2):
        record(Act.SIGN_OUT, actor=actor, personal={"name": ("a", "b")})
        record(Act.NO_SALE, actor=actor, till=till)


def test_the_parts_of_one_act_write_nothing():
    actor = StaffMemberFactory()

    with recorded_as_one():
        record(Act.PRODUCT_ADDED, actor=actor)
    record(Act.PRODUCTS_IMPORTED, actor=actor)

    assert [entry.act for entry in entries(actor.company)] == ["products_imported"]


def test_an_entry_says_which_command_wrote_it():
    actor = StaffMemberFactory()

    with recorded_from("close_shift by root"):
        record(Act.SHIFT_CLOSED, actor=actor)
    record(Act.SIGN_IN, actor=actor)

    sources = [entry.content["source"] for entry in entries(actor.company)]
    assert sources == ["close_shift by root", ""]


def test_an_administrator_of_the_installation_is_named_in_the_text_only():
    administrator = StaffMemberFactory(company=None, role=None, is_superuser=True)
    company = CompanyFactory()

    record(Act.ROW_CHANGED, actor=administrator, subject=company)

    [entry] = entries(company)
    assert entry.staff_member is None
    assert entry.content["by"] == str(administrator.uid)


def test_an_entry_needs_a_company():
    with pytest.raises(ValueError, match="of a company"):
        record(Act.SIGN_IN_FAILED, actor=None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_at_till", [True, False])
def test_entries_at_the_same_moment_follow_each_other(is_at_till):
    till = TillFactory()
    actor = StaffMemberFactory(company=till.company)
    at = {"till": till} if is_at_till else {}

    run_together(
        *[lambda: record_alone(act=Act.NO_SALE, actor=actor, **at)] * 8,
    )

    numbers = [entry.number for entry in entries(actor.company)]
    assert sorted(numbers) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_undone_with_its_act():
    actor = StaffMemberFactory()

    with transaction.atomic():
        record(Act.SIGN_IN, actor=actor)
        transaction.set_rollback(True)
    record(Act.SIGN_OUT, actor=actor)
    assert [(entry.number, entry.act) for entry in entries(actor.company)] == [
        (1, "sign_out")
    ]


def test_an_entry_without_a_time_has_the_databases():
    actor = StaffMemberFactory()
    record(Act.SIGN_IN, actor=actor)

    [entry] = entries(actor.company)
    assert entry.happened_at == entry.recorded_at
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [now] = cursor.fetchone()
    assert now - timedelta(minutes=1) < entry.recorded_at <= now
