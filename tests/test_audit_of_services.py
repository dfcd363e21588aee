"""Audit of services: every one that writes is in the audit trail, or says why not.

Once by reading the code, and once by calling each: an act is one entry in one
statement, and its repeat is none.
"""

import ast
from copy import deepcopy
from functools import cache, partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pos.access.trail import FACTS, UNSEEN
from pos.models import AuditEntry
from sales.receipts.prints import record_print
from tests import test_architecture as code
from tests import test_permissions_in_services as services
from tests.support.factories import StaffMemberFactory
from tests.support.file_scoped_shop import file_scoped

# The services that write no entry of their own, and why.
WITHOUT_ENTRY = {
    "create_open_sale": "a basket, of which a finished sale is made",
    "update_rates": "a basket is brought up to date before it is paid",
    "sign_approval": "a look at a difference; the close says who approved it",
    "take_part_payment": "money taken is a sale's, and part of it once that is paid",
    "ensure_reference_data": "a part of making a company; the back office records it",
    "ensure_programme": "a part of making a company",
    "_ask": "asks who may import; a refusal is in the trail",
    "_try_all": "an import's lines are tried first, and rolled back",
    "_write": "the import's own part writes an entry for each batch",
    "rebuild_part": "what follows from other rows is made again, by a command",
}
# Called as here, these write no entry: nothing special was approved, or is new.
PLAIN = {"apply_operations", "finalize_sale", "set_limits"}


@cache
def recording() -> set[tuple[str, str]]:
    """Module and name of every function that writes an entry, also by another."""
    known = {("pos.access.audit", "record"), ("pos.access.audit", "record_alone")}
    while True:
        more = {
            (code.module(path), function.name)
            for path in code.PYTHON
            for function in code.functions(path)
            if calls_one_of(known, path, function)
        } - known
        if not more:
            return known
        known |= more


def calls_one_of(known, path, function) -> bool:
    modules = {code.module(path), *code.imports(path)}
    called = {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return any(module in modules and name in called for module, name in known)


def test_every_service_writes_an_entry_or_says_why_not():
    silent = {
        function.name
        for path, function in services._services()
        if (code.module(path), function.name) not in recording()
    }

    assert silent == WITHOUT_ENTRY.keys()


file_scoped_shop = file_scoped(services.make_shop_of_services)


@pytest.fixture
def shop(file_scoped_shop, db):
    return deepcopy(file_scoped_shop)


RECORDED = [
    call
    for call in services.CALLS
    if call.__name__ not in WITHOUT_ENTRY | dict.fromkeys(PLAIN)
]


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(
            call, id=call.__name__, marks=services.LEAVES_A_FAULT.get(call, ())
        )
        for call in RECORDED
    ],
)
def test_an_act_is_one_entry_in_one_statement(shop, service):
    actor = StaffMemberFactory(
        company=shop.till.company, may=services.limits.MAY.get(service)
    )
    arguments = services.CALLS[service](shop)
    call = partial(service, **arguments, actor=actor)
    if service is record_print:
        call()  # the original
    before = AuditEntry.objects.count()

    with CaptureQueriesContext(connection) as queries:
        call()
    if service is not record_print and {"uid", "refund_uid"} & arguments.keys():
        call()  # the repeat of a request

    statements = [q["sql"] for q in queries if "INSERT INTO pos_auditentry" in q["sql"]]
    added = AuditEntry.objects.order_by("id")[before:]
    assert [entry.staff_member for entry in added] == [actor]
    assert len(statements) == 1 + (added[0].till is None and added[0].number == 1)


def test_every_fact_that_is_recorded_has_a_name_that_people_read():
    names = {
        str(key.value)
        for path in code.PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword)
        and node.arg == "facts"
        and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    }

    assert len(names) > 30
    assert names - FACTS.keys() == UNSEEN
