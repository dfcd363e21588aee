"""Permissions in services: every one that writes asks whether its actor may.

Once by reading the code, and once by calling each with somebody who may not.
"""

import ast
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission

from customers.models import Customer
from customers.points.ledger import adjust_points
from customers.registration.register import (
    Details,
    deactivate_customer,
    register_customer,
    restore_customer,
    update_customer,
)
from pos.access.errors import NotAllowedError
from pos.access.permission import APPROVALS
from pos.access.roles import OWNER, SHIPPED
from pos.catalogue.products import create_product, set_barcodes, update_product
from pos.core.ids import uuid7
from pos.models import Product, StaffMember, Till
from pos.stock.receive import Count, count_stock, post_counts, receive_stock
from sales.basket.apply import apply_operations
from sales.basket.create import NewLine, create_open_sale
from sales.basket.operations import Operation
from sales.basket.update_rates import update_rates
from sales.basket.void import void_sale
from sales.books.explain import explain_finding
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.models import PartPayment, Sale, Shift
from sales.receipts.prints import record_print
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnWithoutReceipt
from sales.refunds.with_receipt import refund_sale
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.cash_movements import (
    CashMove,
    record_cash_movement,
    record_count,
)
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests import test_architecture as code
from tests.pos.access import service_calls
from tests.pos.catalogue import service_calls as bulk_calls
from tests.support import limits
from tests.support.books import assert_no_writes
from tests.support.factories import (
    CustomerFactory,
    ProductFactory,
    RoleFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.file_scoped_shop import file_scoped
from tests.support.refunds import return_lines, sell_products
from tests.support.tenders import card, cash, take_part

# The services that have no actor, and why. A new one needs a reason.
WITHOUT_ACTOR = {
    "_ask": "asks what the import of these lines requires",
    "_write": "a batch of an import, after it has asked",
    "_try_all": "all batches of an import, after it has asked",
    "create_company": "a command makes the company and its first person",
    "set_up_company": "a command makes the company and its first person",
    "ensure_reference_data": "a part of making a company, or its first look in the"
    " back office, by the installation administrator",
    "ensure_programme": "a part of making a company",
    "create_demo_shop": "a command, and only in a database without a company",
    "change_own_password": "everybody changes their own",
    "change_own_pin": "everybody changes their own",
    "_record_refusal": "counts what a service that asked has refused",
    "record_alone": "writes down what was refused, or done without a service",
    "rebuild_part": "a command, as the owner of the tables",
    "save_proof": "a command writes down what it found in all companies",
}


# --- by reading the code -----------------------------------------------------


def _calls(function: ast.FunctionDef) -> set[str]:
    """The names of the functions that it calls."""
    called = (one.func for one in ast.walk(function) if isinstance(one, ast.Call))
    return {one.id for one in called if isinstance(one, ast.Name)}


def _is_part(function: ast.FunctionDef) -> bool:
    """Whether it is only ever a part of another service, which has asked."""
    decorators = map(ast.unparse, function.decorator_list)
    return "transaction.atomic(savepoint=False)" in decorators


@cache
def _services() -> list[tuple[Path, ast.FunctionDef]]:
    every = ((path, one) for path in code.PYTHON for one in code.functions(path))
    return [
        (path, one) for path, one in every if code.is_service(one) and not _is_part(one)
    ]


@cache
def _requiring() -> set[tuple[str, str]]:
    """Module and name of the functions that call ``require``."""
    return {
        (code.module(path), function.name)
        for path in code.PYTHON
        if "pos.access.permission" in code.imports(path)
        for function in code.functions(path)
        if "require" in _calls(function)
    }


def _asks(path: Path, function: ast.FunctionDef) -> bool:
    """Whether it calls ``require``, or a function that does."""
    known = {code.module(path), *code.imports(path)}
    names = {function.name, *_calls(function)}
    return any(place in known and name in names for place, name in _requiring())


def test_every_service_asks_whether_the_actor_may():
    """The service itself, or a function that it calls directly."""
    offenders = [
        f"{code.short(path)}: {function.name}"
        for path, function in _services()
        if function.name not in WITHOUT_ACTOR and not _asks(path, function)
    ]

    assert offenders == []
    assert len(_services()) > 30


def test_what_has_no_actor_is_a_service_and_asks_nothing():
    asking_nothing = {one.name for path, one in _services() if not _asks(path, one)}

    assert asking_nothing == WITHOUT_ACTOR.keys()


@pytest.mark.django_db
def test_every_act_is_a_permission_that_an_owner_has():
    acts = {
        node.args[1].value
        for path in code.PYTHON
        for node in ast.walk(code.tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "require"
        and isinstance(node.args[1], ast.Constant)
    }
    pairs = Permission.objects.values_list("content_type__app_label", "codename")
    [owner] = [shipped for shipped in SHIPPED if shipped.code == OWNER]

    assert len(acts) > 15
    assert acts | APPROVALS <= {f"{app}.{codename}" for app, codename in pairs}
    assert acts | APPROVALS <= owner.permissions


# --- by calling them ---------------------------------------------------------


@dataclass(slots=True)
class Shop:
    """What the services below are about; all of it may be used by an owner."""

    shift: Shift
    till: Till
    free: Till
    open: Sale
    paid: Sale
    pending: Sale
    part: PartPayment
    product: Product
    customer: Customer
    supervisor: StaffMember


def make_shop_of_services() -> Shop:
    shift = ShiftFactory()
    company = shift.company
    RoleFactory(company=company, code="cashier")
    pending = TenderInput("paynow", Decimal(10), is_pending=True)
    return Shop(
        shift=shift,
        till=Till.objects.select_related("company", "outlet").get(pk=shift.till_id),
        free=TillFactory(outlet=shift.till.outlet),
        open=make_sale(shift),
        paid=sell_products(shift),
        pending=sell_products(shift, tenders=[pending]),
        part=take_part(make_sale(shift), card(1)),
        product=ProductFactory(company=company),
        customer=CustomerFactory(company=company),
        supervisor=StaffMemberFactory(company=company, may=["sales.approve_refund"]),
    )


file_scoped_shop = file_scoped(make_shop_of_services)


@pytest.fixture
def shop(file_scoped_shop: Shop, db) -> Shop:
    return deepcopy(file_scoped_shop)


def _with_a_readable_password(shop: Shop) -> StaffMember:
    return StaffMemberFactory(company=shop.till.company, password="secret")  # noqa: S106


CALLS: dict[Callable[..., object], Callable[[Shop], dict[str, object]]] = {
    apply_operations: lambda shop: {
        "uid": uuid7(),
        "till": shop.till,
        "operations": [Operation(uuid7(), 1, "add", {"code": shop.product.sku})],
    },
    create_open_sale: lambda shop: {
        "uid": uuid7(),
        "till": shop.till,
        "lines": [NewLine(shop.product, Decimal(1))],
    },
    void_sale: lambda shop: {"uid": shop.open.uid, "reason": "Left"},
    finalize_sale: lambda shop: {"uid": shop.open.uid, "tenders": [cash(10)]},
    take_part_payment: lambda shop: {
        "uid": uuid7(),
        "sale_uid": shop.open.uid,
        "payment": cash(1),
        "till": shop.till,
    },
    give_back_part_payment: lambda shop: {
        "uid": uuid7(),
        "sale_uid": shop.part.sale.uid,
        "part_uid": shop.part.uid,
        "till": shop.till,
    },
    update_rates: lambda shop: {"uid": shop.open.uid, "day": date(2030, 1, 1)},
    confirm_tender: lambda shop: {
        "uid": uuid7(),
        "tender": shop.pending.tenders.get(),
        "reference": "FT 42",
    },
    correct_tender: lambda shop: {
        "uid": uuid7(),
        "tender": shop.paid.tenders.get(),
        "kind": "card",
        "reference": "",
        "reason": "Wrong button",
        "approved_by": StaffMemberFactory(
            company=shop.till.company, may=["sales.approve_refund"]
        ),
    },
    record_print: lambda shop: {"sale_uid": shop.paid.uid},
    refund_sale: lambda shop: {
        "uid": uuid7(),
        "original": shop.paid.uid,
        "lines": return_lines(shop.paid),
        "reason": "Too small",
        "till": shop.till,
    },
    refund_without_receipt: lambda shop: {
        "uid": uuid7(),
        "lines": [ReturnWithoutReceipt(shop.product, Decimal(1))],
        "reason": "Too small",
        "till": shop.till,
        "approved_by": shop.supervisor,
    },
    exchange_sale: lambda shop: {
        "refund_uid": uuid7(),
        "original": shop.paid.uid,
        "lines": return_lines(shop.paid),
        "sale_uid": shop.open.uid,
        "tenders": [],
        "reason": "Too small",
        "till": shop.till,
    },
    open_shift: lambda shop: {
        "uid": uuid7(),
        "till": shop.free,
        "opening_float": Decimal(100),
    },
    record_cash_movement: lambda shop: {
        "uid": uuid7(),
        "till": shop.till,
        "move": CashMove("pay_in", Decimal(20), "Change bought"),
    },
    record_count: lambda shop: {
        "uid": uuid7(),
        "shift": shop.shift,
        "total": Decimal(110),
    },
    close_shift: lambda shop: {"uid": shop.shift.uid, "counted_cash": Decimal(110)},
    **limits.CALLS,
    adjust_points: lambda shop: {
        "uid": uuid7(),
        "customer": shop.customer,
        "points": 5,
        "reason": "Birthday",
    },
    register_customer: lambda shop: {
        "company": shop.till.company,
        "details": Details(name="Tan Wei Jie"),
    },
    update_customer: lambda shop: {
        "company": shop.till.company,
        "uid": shop.customer.uid,
        "details": Details(name="Tan Wei Jie"),
    },
    deactivate_customer: lambda shop: {
        "company": shop.till.company,
        "uid": shop.customer.uid,
    },
    restore_customer: lambda shop: {
        "company": shop.till.company,
        "uid": CustomerFactory(company=shop.till.company, is_active=False).uid,
    },
    create_product: lambda shop: {
        "company": shop.till.company,
        "sku": "NEW",
        "name": "New",
        "price": Decimal(1),
    },
    update_product: lambda shop: {"product": shop.product, "name": "Other"},
    set_barcodes: lambda shop: {"product": shop.product, "codes": ["B2"]},
    receive_stock: lambda shop: {
        "uid": uuid7(),
        "outlet": shop.till.outlet,
        "quantities": {shop.product.pk: Decimal(6)},
        "reason": "",
    },
    count_stock: lambda shop: {
        "uid": uuid7(),
        "outlet": shop.till.outlet,
        "product": shop.product,
        "counted": Decimal(4),
        "reason": "Counted",
    },
    post_counts: lambda shop: {
        "outlet": shop.till.outlet,
        "counts": [Count(uuid7(), shop.product, Decimal(4))],
        "reason": "Counted",
    },
    explain_finding: lambda shop: {
        "check_id": "I51",
        "offender": _with_a_readable_password(shop).username,
        "reason": "Set by hand",
    },
    **service_calls.CALLS,
    **bulk_calls.CALLS,
}


def test_every_service_is_called_here():
    of_modules = {one.name for path, one in _services() if one in code.tree(path).body}

    of_modules = of_modules - set(WITHOUT_ACTOR) | bulk_calls.IN_BATCHES
    assert {service.__name__ for service in CALLS} == of_modules


# What is to be explained is wrong with the books.
LEAVES_A_FAULT = {explain_finding: pytest.mark.no_books_check}


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(call, id=call.__name__, marks=LEAVES_A_FAULT.get(call, ()))
        for call in CALLS
    ],
)
def test_a_person_who_may_not_is_refused_and_nothing_is_written(shop, service):
    company = shop.till.company
    nobody = StaffMemberFactory(company=company, may=())
    left = StaffMemberFactory(company=company, is_active=False)
    call = partial(service, **CALLS[service](shop))

    for actor in (nobody, left):
        with assert_no_writes(), pytest.raises(NotAllowedError) as refusal:
            call(actor=actor)
        assert refusal.value.code == "not_allowed"

    # The same call, by somebody who may: it was refused for nothing else.
    call(actor=StaffMemberFactory(company=company, may=limits.MAY.get(service)))
