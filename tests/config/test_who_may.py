"""Who may what: every address, asked by everybody, is answered as the table says.

The table is docs/who-may-what.md. CI asks for all of it; elsewhere each address is
asked for by one person who may and by one who may not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import cycle

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from pos.core.ids import uuid7
from tests.admin.shop import books_of
from tests.config.who_may import table
from tests.config.who_may.cells import (
    NO_THING,
    OF_MODELS,
    REFUSED,
    ROUTES,
    Cell,
    ModelCell,
    cells_of,
    cells_of_model,
)
from tests.config.who_may.routes import every_route, pages_of_models
from tests.config.who_may.world import (
    ANY,
    MISSING,
    OTHER_COMPANY,
    OWN,
    World,
    make_world,
)
from tests.support.file_scoped_shop import file_scoped

pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

ROWS = table.rows()
MODELS = table.models()
# It leads to the page of the row, which says no.
SHORT_ADDRESSES = "admin:RedirectView"
# What only the pages of others show, and codes, which nobody reads.
NOT_SHOWN = {
    *("pos.audithead", "pos.auditpersonal", "pos.enrolmentcode"),
    *("pos.attemptalarm", "pos.closedperiod", "pos.pin", "pos.staffoutlet"),
    "pos.voucherexclusion",
    # What reports add up, which their pages show.
    *("sales.shifthour", "sales.shifttax", "sales.shifttender", "sales.shiftreason"),
    *("sales.productday", "sales.productmonth"),
}
# Not ready: the database of a test may forget.
UNREADY = "readyz"
# What is shown on the page "History" of each row.
IN_HISTORIES = {"pos.fieldchange"}

world_of_file = file_scoped(make_world)


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a root of its own a shop has no trust page; nobody has this one's key."""
    root = settings.BASE_DIR / "tests" / "config" / "who_may" / "root.crt"
    monkeypatch.setattr(settings, "SHOP_ROOT_CERTIFICATE", str(root))


@pytest.fixture
def world(world_of_file: World, db: None) -> World:
    return world_of_file


def model_of(label: str) -> type:
    return apps.get_model(label)


def wrong(cells: Iterable[Cell | ModelCell], world: World) -> list[tuple[object, ...]]:
    """The cells that are answered in another way, or that wrote what they may not."""
    found = []
    for cell in cells:
        answer = cell.ask(world)
        name = cell.row.route if isinstance(cell, Cell) else cell.model._meta.label
        method = cell.row.method if isinstance(cell, Cell) else cell.method
        page = "" if isinstance(cell, Cell) else cell.page
        case = (name, page, method, cell.actor, cell.whose)
        if answer.outcome != cell.expected and not (
            name == UNREADY and answer.status == 503
        ):
            found.append((*case, cell.expected, answer.outcome, answer.status))
        if answer.wrote and (method == "GET" or answer.outcome in REFUSED | {"enrol"}):
            found.append((*case, "writes", sorted(answer.wrote)))
    return found


# --- the table itself --------------------------------------------------------


def test_every_address_is_in_the_table_and_no_other():
    pages = pages_of_models()
    listed = {row.route for row in ROWS}
    there = {route.name for route in every_route()} - {SHORT_ADDRESSES}

    assert there - pages.keys() == listed
    assert {model for model, _ in pages.values()} == MODELS.keys()
    assert max(Counter((row.route, row.method) for row in ROWS).values()) == 1


def test_every_model_of_ours_is_in_the_back_office():
    labels = {
        model._meta.label_lower
        for label in ("pos", "customers", "sales")
        for model in apps.get_app_config(label).get_models()
    }

    assert labels - MODELS.keys() - IN_HISTORIES == NOT_SHOWN


def test_a_method_that_is_not_in_the_table_is_answered_405(world):
    methods = defaultdict(set)
    for row in ROWS:
        methods[row.route].add(row.method)
    wrong_ones = []
    for row in ROWS:
        for method in {"GET", "POST"} - methods[row.route]:
            answer = Cell(row._replace(method=method), "owner", OWN).ask(world)
            if answer.status != 405:
                wrong_ones.append((row.route, method, answer.status))

    assert wrong_ones == []


# --- a sample, everywhere ----------------------------------------------------


def test_each_address_lets_in_who_may_and_refuses_who_may_not(world):
    cells = []
    for row in ROWS:
        people = ("cashier", "supervisor", "owner", "administrator", "nobody")
        may = [one for one in people if row.of_person(one) not in REFUSED]
        may_not = [one for one in people if row.of_person(one) in REFUSED]
        cells += [Cell(row, one, OWN) for one in (*may[:1], *may_not[:1])]

    assert wrong(cells, world) == []


def test_each_page_of_a_model_refuses_who_may_not(world):
    """The person nearest to those who may."""
    cells = []
    for label, verbs in MODELS.items():
        for page in OF_MODELS:
            asked = [
                ModelCell(model_of(label), verbs, page, "POST", role, OWN)
                for role in reversed(table.ROLES)
            ]
            cells += [cell for cell in asked if cell.expected == "403"][:1]

    assert wrong(cells, world) == []


# --- all of it, in CI --------------------------------------------------------


@pytest.mark.exhaustive
@pytest.mark.parametrize("area", sorted({row.route.partition(":")[0] for row in ROWS}))
def test_everybody_is_answered_as_the_table_says(world, area):
    rows = [row for row in ROWS if row.route.partition(":")[0] == area]
    cells = [cell for row in rows for cell in cells_of(row, world)]

    assert wrong(cells, world) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("label", MODELS)
def test_everybody_meets_the_rows_that_the_table_says(world, label):
    cells = list(cells_of_model(model_of(label), MODELS[label], world))

    assert wrong(cells, world) == []


# --- another company's -------------------------------------------------------


def is_another_answer(theirs: Cell | ModelCell, world: World) -> bool:
    """Whether the answers differ for what is somebody else's and what is missing."""
    # A basket comes into being with its first operation, by a uid of any other.
    makes_one = isinstance(theirs, Cell) and theirs.row.missing == "yes"
    answers = [
        cell.ask(world, is_rolled_back=makes_one)
        for cell in (theirs, theirs._replace(whose=MISSING))
    ]
    return answers[0] != answers[1]


@pytest.mark.parametrize(
    "method", ["POST", pytest.param("GET", marks=pytest.mark.exhaustive)]
)
def test_what_is_another_company_s_is_answered_like_what_is_missing(world, method):
    cells: list[Cell | ModelCell] = [
        Cell(row, "owner", OTHER_COMPANY)
        for row in ROWS
        if row.about != NO_THING and row.method == method
    ]
    cells += [
        ModelCell(model_of(label), {}, page, method, "owner", OTHER_COMPANY)
        for label in MODELS
        for page in ("change", "delete", "history")
    ]
    before = books_of(world.foreign.company)

    assert [cell for cell in cells if is_another_answer(cell, world)] == []
    assert books_of(world.foreign.company) == before


# --- forged requests ---------------------------------------------------------


@pytest.mark.parametrize(
    "is_all", [False, pytest.param(True, marks=pytest.mark.exhaustive)]
)
def test_a_request_of_another_page_changes_nothing(world, is_all):
    """Without its token, with another browser's, or from another host."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    token, others = "a" * 32, "b" * 32
    cookies = world.actors["owner"].cookies | {settings.CSRF_COOKIE_NAME: token}
    for name, value in cookies.items():
        browser.cookies[name] = value
    forged = (
        {},
        {"X-CSRFToken": others},
        {"X-CSRFToken": token, "Origin": "https://elsewhere.example"},
    )
    turns = cycle(forged)
    named = {name: ROUTES[name] for name in pages_of_models()}
    named |= {row.route: ROUTES[row.route] for row in ROWS if row.method == "POST"}
    let_in = []
    for route in named.values():
        values = dict.fromkeys(route.places, "1") | {"uid": uuid7(), "part": uuid7()}
        for headers in forged if is_all else [next(turns)]:
            answer = browser.post(route.address(**(values | ANY)), headers=headers)
            if answer.status_code != 403 or "out of date" not in answer.text:
                let_in.append((route.name, headers, answer.status_code))

    assert let_in == []
