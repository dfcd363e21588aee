"""Request log: every request has an id, and with ``LOG_FORMAT=json`` a line."""

import json
import logging
import re
import sys
from contextlib import suppress

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.environment import Env
from config.localdb import roles
from config.logs import JsonLine, Line, read_format, request_id
from pos.core.ids import uuid7
from pos.core.transactions import atomic_with_retry
from sales.models import Shift
from tests.benchmark.browser import Browser
from tests.config.test_web_server import request as raw
from tests.config.test_web_server import run_server
from tests.support.devices import enrol
from tests.support.factories import CustomerFactory, ShiftFactory, StaffMemberFactory

ID = re.compile(r"[0-9a-f]{32}")
FIELDS = (
    *("time", "level", "logger", "request_id", "message"),
    *("company", "outlet", "till", "person", "route", "method", "status"),
    *("ms", "sql", "sql_ms", "retries", "sqlstate", "bytes"),
)


class Written(list):
    """What the log has, as JSON."""

    def answers(self) -> list[dict]:
        return [line for line in self if line["logger"] == "config.request_log"]


@pytest.fixture
def written():
    """The lines that JSON has, while every request is logged."""
    lines = Written()

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(self.format(record)))

    keep = Keep()
    keep.setFormatter(JsonLine())
    log, root = logging.getLogger("config.request_log"), logging.getLogger()
    level = log.level
    log.setLevel(logging.INFO)
    root.addHandler(keep)
    yield lines
    root.removeHandler(keep)
    log.setLevel(level)


@pytest.fixture
def client():
    """Answers as a browser gets them: an error is a page, and not raised."""
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.urls("tests.config.views")
class TestId:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/forbidden/", 403),
            ("/nowhere/", 404),
            ("/not-even-a-view/", 404),
            ("/missing/", 404),
            ("/refused/", 422),
            ("/broken/", 500),
            ("/echo/?q=%00", 400),
        ],
    )
    def test_is_on_every_page_that_says_what_went_wrong(self, client, path, status):
        response = client.get(path)

        this_id = response.headers["X-Request-ID"]
        assert response.status_code == status
        assert ID.fullmatch(this_id)
        assert f"<code>{this_id}</code>" in response.text

    def test_is_another_for_each_request_and_ends_with_it(self, client):
        ids = {client.get("/echo/").headers["X-Request-ID"] for _ in range(3)}

        assert len(ids) == 3
        assert request_id.get() == ""

    @pytest.mark.parametrize("given", ["a", "7Ab-" * 16])
    def test_is_the_proxys(self, client, settings, given):
        settings.BEHIND_PROXY = True

        response = client.get("/nowhere/", headers={"X-Request-ID": given})

        assert response.headers["X-Request-ID"] == given
        assert f"<code>{given}</code>" in response.text

    @pytest.mark.parametrize(
        "given", ["", "a" * 65, "a b", "a\n", "<b>", "\u0665", "a_b", "4111.1111"]
    )
    def test_is_made_where_the_proxys_is_no_id(self, client, settings, given):
        settings.BEHIND_PROXY = True

        response = client.get("/echo/", headers={"X-Request-ID": given})

        assert ID.fullmatch(response.headers["X-Request-ID"])

    def test_is_not_taken_from_anybody_else(self, client):
        response = client.get("/echo/", headers={"X-Request-ID": "mine"})

        assert ID.fullmatch(response.headers["X-Request-ID"])


@pytest.mark.django_db
@pytest.mark.urls("tests.config.views")
class TestLine:
    def test_has_what_became_of_the_request(self, client, written):
        response = client.get("/nowhere/")

        [line] = written.answers()
        assert tuple(line) == FIELDS
        assert line["request_id"] == response.headers["X-Request-ID"]
        assert line["method"] == "GET"
        assert line["status"] == 404
        assert line["bytes"] == len(response.content)
        assert line["ms"] > 0
        assert (line["person"], line["company"], line["sql"]) == (None, None, 0)

    def test_has_the_keys_of_who_asked_and_where(self, client, written):
        shift = ShiftFactory()
        client.force_login(StaffMemberFactory(company=shift.company, name="Aisyah"))
        enrol(client, shift.till)

        client.get(reverse("sales:till"))

        [line] = written.answers()
        person = client.session["_auth_user_id"]
        assert line["route"] == "sales:till"
        assert (line["company"], line["person"]) == (shift.company.pk, int(person))
        assert (line["outlet"], line["till"]) == (shift.till.outlet_id, shift.till_id)
        assert "Aisyah" not in json.dumps(written)

    def test_has_who_signs_in_and_who_signs_out(self, client, written):
        person = StaffMemberFactory(username="aisyah")
        person.set_password("kaya-toast-set")
        person.save()
        sent = {"username": "aisyah", "password": "kaya-toast-set"}

        client.post("/sign-in/", sent)
        client.post("/sign-out/")

        assert [line["person"] for line in written.answers()] == [person.pk] * 2

    def test_counts_the_statements_and_adds_none(self, client, written):
        shift = ShiftFactory()
        client.force_login(StaffMemberFactory(company=shift.company))
        log = logging.getLogger("config.request_log")
        counts = []
        for level in (logging.INFO, logging.WARNING):
            log.setLevel(level)
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("customers:list"))
            counts.append(len(captured))

        [line] = written.answers()
        assert counts == [line["sql"]] * 2
        assert line["sql"] > 2
        assert line["sql_ms"] > 0

    def test_is_none_unless_asked_for(self, client, caplog):
        client.get("/nowhere/")

        assert not [one for one in caplog.records if one.name == "config.request_log"]

    @pytest.mark.parametrize(("state", "status"), [("55P03", 503), ("22012", 500)])
    def test_has_what_the_database_refused(self, client, written, state, status):
        client.post("/statement/", {"sql": raising(state)})

        [line] = written.answers()
        assert (line["status"], line["sqlstate"]) == (status, state)

    def test_names_no_address(self, client, written):
        client.get("/echo/?phone=91234567")
        client.get("/customers/91234567/")
        client.post("/echo/", {"q": "secret-4711"})
        client.generic("X91234567", "/echo/")

        assert [line["method"] for line in written.answers()][-1] == "other"
        assert "91234567" not in json.dumps(written)
        assert "secret-4711" not in json.dumps(written)


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.config.views")
class TestTransaction:
    @pytest.fixture(autouse=True)
    def fresh_connection(self):
        yield
        connection.close()

    def test_that_is_retried_is_counted(self, client, written, monkeypatch):
        states = ["40P01", "40001"]

        @atomic_with_retry
        def run() -> None:
            with connection.cursor() as cursor:
                cursor.execute(raising(states.pop()) if states else "SELECT 1")

        monkeypatch.setattr("config.health.minutes_ahead", run)
        response = client.get("/readyz")

        [line] = written.answers()
        retried = [one for one in written if one["logger"] == "pos.core.transactions"]
        assert (line["retries"], line["sqlstate"]) == (2, "40P01")
        assert len(retried) == 2
        ids = {one["request_id"] for one in written}
        assert ids == {response.headers["X-Request-ID"]}

    def test_that_is_refused_at_commit_says_so(self, client, written):
        client.post(
            "/statement/",
            {
                "sql": "CREATE TEMP TABLE parent (id int PRIMARY KEY);"
                "CREATE TEMP TABLE child (id int REFERENCES parent"
                " DEFERRABLE INITIALLY DEFERRED); INSERT INTO child VALUES (1)"
            },
        )

        [line] = written.answers()
        assert (line["status"], line["sqlstate"]) == (500, "23503")


class TestWords:
    """What an error quotes was perhaps typed, or is a customer's."""

    HOSTILE = "91234567\nERROR forged\x1b[2J\x9b\u2028\u202e 4111 1111 1111 1111"

    @pytest.mark.parametrize("formatter", [Line(), JsonLine()])
    def test_are_one_line_without_control_characters_or_card_numbers(self, formatter):
        record = logging.makeLogRecord({"name": "any", "msg": self.HOSTILE})

        line = formatter.format(record)

        assert line.isprintable()
        assert "4111" not in line
        assert "91234567" in line
        assert "forged" in line

    @pytest.mark.django_db
    @pytest.mark.parametrize("formatter", [Line(), JsonLine()])
    def test_of_a_constraint_are_without_the_values_of_the_row(self, formatter):
        CustomerFactory(phone="+6591234567")
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE customers_customer SET name = '4111111111111111',"
                    " phone = E'+6591234567\\n\\nTan Wei Jie', points_balance = NULL"
                )
        except IntegrityError:
            record = logging.makeLogRecord({"msg": "x", "exc_info": sys.exc_info()})

        text = formatter.format(record)

        assert "not-null constraint" in text
        assert "The above exception" in text
        assert "test_request_log.py" in text
        for value in ("91234567", "Tan Wei Jie", "4111"):
            assert value not in text

    def test_have_the_id_of_their_request(self):
        record = logging.makeLogRecord({"name": "any", "msg": "x", "levelname": "INFO"})
        token = request_id.set("abc")
        try:
            inside = Line().format(record)
        finally:
            request_id.reset(token)

        assert inside.endswith(" INFO any [abc]: x")
        assert Line().format(record).endswith(" INFO any: x")


def test_another_format_is_refused():
    env = Env()
    env.ENVIRON = {"LOG_FORMAT": "xml"}

    with pytest.raises(ImproperlyConfigured, match="xml, and may be line or json"):
        read_format(env)


# What people and terminals send, and no log may have.
PASSWORD, WRONG_PASSWORD = "kaya-toast-set", "kopi-o-kosong"  # noqa: S105
PHONE, CARD, PIN, NAME = "91234567", "4111111111111111", "739154", "Tan Wei Jie"
SECRETS = (PASSWORD, WRONG_PASSWORD, PHONE, CARD, PIN, NAME, "Aisyah")


@pytest.fixture
def shop(transactional_db):
    """A shop that the server's process finds in the database, with its cashier."""
    shift = ShiftFactory()
    person = StaffMemberFactory(company=shift.company, username="aisyah", name="Aisyah")
    person.set_password(PASSWORD)
    person.save()
    return shift


def database_url() -> str:
    database = connection.settings_dict
    return f"postgres://{roles.APP}@/{database['HOST']}/{database['NAME']}"


def sell_with_secrets(browser: Browser, shift: Shift) -> None:
    """Send what a day sends, also where it is refused."""
    uid = str(uuid7())
    sold = {"reference": CARD, "kind": "card", "tendered": "5"}
    approved = {"approver": "aisyah", "approver_password": WRONG_PASSWORD, "pin": PIN}
    browser.get("/sign-in/")
    browser.post_form("/sign-in/", username="aisyah", password=WRONG_PASSWORD)
    browser.post_form("/sign-in/", username="aisyah", password=PASSWORD)
    browser.get(f"/customers/find/?q={PHONE}")
    browser.get(f"/customers/?q={CARD}")
    for path, fields in (
        ("/customers/quick-add/", {"name": NAME, "phone": PHONE, "uid": uid}),
        ("/customers/quick-add/", {"name": CARD, "phone": PHONE, "uid": str(uuid7())}),
        (f"/shifts/{shift.uid}/no-sale/", {"reason": CARD} | approved),
        (f"/nowhere/{PHONE}/", approved),
    ):
        with suppress(RuntimeError):
            browser.post_form(path, **fields)
    for path in (f"/sales/{uid}/finalization/", f"/sales/{uid}/part-payments/"):
        with suppress(RuntimeError):
            browser.post_json(path, {"revision": 1, "tenders": [sold]} | approved)


@pytest.mark.parametrize(
    "is_json", [True, pytest.param(False, marks=pytest.mark.exhaustive)]
)
@pytest.mark.exhaustive
def test_a_real_server_writes_nothing_that_was_typed(shop, tmp_path, is_json):
    variables = {"TILLKEEPER_ENV": "test", "SECRET_KEY": "of-both-workers-" * 4}
    variables |= {"LOG_FORMAT": "json"} if is_json else {}
    url = database_url()
    with run_server(tmp_path / "log", DATABASE_URL=url, **variables) as server:
        browser = Browser(server.port)
        sell_with_secrets(browser, shop)
        browser.close()
        for bad in (
            raw(f"GET /?phone={PHONE} HTTP/9.9"),
            raw(f"GET /?phone={PHONE} {CARD} HTTP/1.1"),
            raw("GET /healthz HTTP/1.1", f"X-Phone {PHONE}"),
        ):
            server.ask(bad)
        page = raw("GET /sign-in/ HTTP/1.1", f"X-Request-ID: {'a' * 64}")
        foreign, _ = server.ask(page)
        server.ask(page.replace(b"till.example.com", b"127.0.0.1"))
        lines = server.log.read_text().splitlines()

    assert foreign == 400
    hosts = [line for line in lines if "DisallowedHost" in line]
    assert len(hosts) == 1
    assert "Traceback" not in hosts[0]
    if not is_json:
        # gunicorn's of what is not HTTP, and no other.
        assert len(lines) == 1 + 3
        return
    assert not [secret for secret in SECRETS if secret in "\n".join(lines)]
    read = [json.loads(line) for line in lines]
    answers = [line for line in read if line["logger"] == "config.request_log"]
    assert len(answers) == 13
    assert {line["status"] for line in answers} >= {200, 302, 400, 404, 422}
    assert {line["person"] for line in answers} > {None}
    assert answers[-1]["request_id"] == "a" * 64
    assert len({line["request_id"] for line in answers}) == len(answers) - 1
    assert [line["logger"] for line in read].count("gunicorn.error") == 3


def raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"
