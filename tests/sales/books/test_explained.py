"""Explained findings: listed, no longer counted, and new again when facts change."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from pos.access.errors import NotAllowedError
from pos.core.errors import ReasonNeededError
from sales.books.errors import (
    AlreadyExplainedError,
    FindingOfDatabaseError,
    NoSuchFindingError,
)
from sales.books.every import CHECKS
from sales.books.explain import explain_finding
from sales.books.run import verify
from sales.models import BooksProof, FindingExplanation
from tests.sales.books.faults import FAULTS
from tests.sales.books.shop import make_traded_shop
from tests.support.factories import StaffMemberFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,
    pytest.mark.no_lock_check,  # faults take no locks
]

MAY = ["sales.explain_finding", "sales.view_booksproof"]


@pytest.fixture
def owner(shop):
    return StaffMemberFactory(company=shop.company, may=MAY, is_staff=True)


@pytest.fixture
def wrong(unguarded, execute_sql):
    """One customer's points are not the sum of their entries."""
    execute_sql(*FAULTS["I16"])
    return unguarded


def verify_books(*options: str) -> tuple[int, dict]:
    out, status = StringIO(), 0
    try:
        call_command(
            "verify_books", "--only=I16", "--format=json", *options, stdout=out
        )
    except SystemExit as end:
        status = end.code
    return status, json.loads(out.getvalue())


def mine():
    return FindingExplanation.objects.filter(check_id="I16")


def explain(shop, owner, **facts):
    return explain_finding(
        **{
            "check_id": "I16",
            "offender": shop.customer.code,
            "reason": "Restored from a backup",
            "actor": owner,
        }
        | facts
    )


def test_what_is_explained_is_listed_and_new_again_when_it_changes(
    wrong, owner, execute_sql
):
    [written] = explain(wrong, owner)

    status, result = verify_books()
    [check] = result["checks"]
    assert (status, result["is_clean"], result["violations"]) == (0, True, 0)
    assert (check["count"], check["offenders"]) == (0, [])
    assert check["explained"] == [
        {
            "company": wrong.company.code,
            "offender": wrong.customer.code,
            "reason": "Restored from a backup",
            "staff_member": str(owner),
        }
    ]
    # A further sale moves both sides; what is wrong stays the same.
    execute_sql(
        "UPDATE customers_customer SET points_balance = points_balance + 5",
        "UPDATE customers_pointsentry SET points = points + 5 WHERE id ="
        " (SELECT min(id) FROM customers_pointsentry WHERE kind = 'earn')",
    )
    explain(wrong, owner, seen_hash=written.finding_hash)
    execute_sql("UPDATE customers_customer SET points_balance = points_balance + 1")
    status, result = verify_books()
    assert (status, result["violations"], result["explained"]) == (1, 1, 0)


def test_of_two_findings_only_the_explained_one_is_quiet(wrong, owner, execute_sql):
    explain(wrong, owner)
    other = make_traded_shop()
    execute_sql(
        "UPDATE customers_customer SET points_balance = 7"
        f" WHERE id = {other.customer.pk}"
    )

    status, result = verify_books()

    [check] = result["checks"]
    assert (status, check["count"], len(check["explained"])) == (1, 1, 1)
    assert check["offenders"][0]["offender"] == other.customer.code
    with pytest.raises(NoSuchFindingError):
        explain(other, owner)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"reason": " "}, ReasonNeededError),
        ({"offender": "nobody"}, NoSuchFindingError),
        ({"check_id": "I99"}, NoSuchFindingError),
        ({"seen_hash": "0" * 64}, NoSuchFindingError),
        ({"check_id": "I53", "offender": "sales_tender"}, FindingOfDatabaseError),
    ],
)
def test_what_cannot_be_explained_is_refused(wrong, owner, facts, error):
    if error is FindingOfDatabaseError:
        [found] = verify(only=["I53"])
        facts = {**facts, "offender": found.offenders[0][1]}

    with pytest.raises(error):
        explain(wrong, owner, **facts)

    assert not mine()


def test_only_who_may_explains_and_the_first_explanation_stays(wrong, owner):
    first = explain(wrong, owner)

    assert explain(wrong, owner) == first
    with pytest.raises(AlreadyExplainedError, match="Restored from a backup"):
        explain(wrong, owner, reason="Something else")
    with pytest.raises(NotAllowedError):
        explain(wrong, StaffMemberFactory(company=wrong.company, may=["sales.sell"]))


def test_an_explanation_is_permanent(shop, owner):
    FindingExplanation.objects.create(
        company=shop.company,
        check_id="I16",
        offender="C",
        finding_hash="0" * 64,
        reason="Known",
        staff_member=owner,
    )
    for statement in (
        "UPDATE sales_findingexplanation SET reason = 'x'",
        "DELETE FROM sales_findingexplanation",
        "TRUNCATE sales_findingexplanation",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_command_explains_and_says_what_is_refused(wrong, owner):
    call = ("explain_finding", "i16", wrong.customer.code, "--reason=Known")
    to = (f"--company={wrong.company.code}", f"--staff={owner.username}")
    out = StringIO()

    call_command(*call, *to, stdout=out)

    assert out.getvalue() == f"I16 {wrong.customer.code}: Known\n"
    assert verify_books()[0] == 0
    with pytest.raises(CommandError, match="does not find"):
        call_command("explain_finding", "I12", "nothing", "--reason=Known", *to)


def test_the_back_office_explains_what_a_run_has_found(wrong, owner, client):
    _save_a_proof()
    client.force_login(owner)
    proof = BooksProof.objects.get(company=wrong.company)
    page = reverse("admin:sales_booksproof_change", args=[proof.pk])
    [result] = [result for result in proof.results if result["id"] == "I16"]
    form = reverse(
        "admin:sales_booksproof_explanation",
        args=[proof.pk, "I16", result["hashes"][0]],
    )

    assert form in client.get(page).content.decode()
    assert wrong.customer.code in client.get(form).content.decode()
    refused = client.post(form, {"reason": ""})
    assert refused.status_code == 200
    assert not mine()
    assert client.post(form, {"reason": "Restored"}).url == page
    assert mine().get().reason == "Restored"
    _save_a_proof()
    later = BooksProof.objects.filter(company=wrong.company).first()
    shown = client.get(reverse("admin:sales_booksproof_change", args=[later.pk]))
    assert f"explained: {wrong.customer.code}: Restored" in shown.content.decode()
    client.force_login(
        StaffMemberFactory(company=wrong.company, may=MAY[1:], is_staff=True)
    )
    assert client.get(form).status_code == 403


def _save_a_proof() -> None:
    with pytest.raises(SystemExit):
        call_command("verify_books", stdout=StringIO())


def test_every_check_says_the_facts_that_make_a_row_wrong(shop):
    silent = []
    with connection.cursor() as cursor:
        for check in CHECKS:
            if check.sql:
                cursor.execute(f"SELECT * FROM ({check.sql}) wrong LIMIT 0")
                if len(cursor.description) != 3 and "NULL::bigint" not in check.sql:
                    silent.append(check.id)

    assert silent == []
