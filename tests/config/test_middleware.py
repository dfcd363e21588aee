"""Error answers: what a request gets that is not carried out."""

import json
import logging
from functools import partial

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql import base as postgresql
from django.test import Client

from config.logs import OneLine

pytestmark = [pytest.mark.urls("tests.config.views"), pytest.mark.django_db]

SCRIPTS = [
    {"Accept": "application/json"},
    {"HX-Request": "true"},
    {"Sec-Fetch-Dest": "empty"},
]
JSON = {"Accept": "application/json"}


@pytest.fixture
def client():
    """Answers as a browser gets them: an error is a page, and not raised."""
    return Client(raise_request_exception=False)


class TestRefusal:
    def test_is_answered_to_a_script(self, client):
        response = client.post("/refused/", headers=JSON)

        assert response.status_code == 422
        assert response.json() == {
            "error": {"code": "spelt_out", "message": "No bread today."}
        }

    def test_is_answered_as_json_to_a_request_in_json(self, client):
        response = client.post("/refused/", {}, content_type="application/json")

        assert response.json()["error"]["code"] == "spelt_out"

    def test_keeps_the_status_it_has(self, client):
        response = client.get("/missing/", headers=JSON)

        assert response.status_code == 404
        assert response.json()["error"]["code"] == "not_found"

    def test_is_a_page_for_a_person(self, client):
        response = client.post("/refused/")

        assert response.status_code == 422
        assert "No bread today." in response.text

    def test_is_an_alert_for_htmx(self, client):
        response = client.post("/refused/", headers={"HX-Request": "true"})

        assert response.status_code == 422
        assert response.headers["HX-Retarget"] == "#alerts"
        assert "No bread today." in response.text


class TestSignedOut:
    @pytest.mark.parametrize("headers", SCRIPTS)
    def test_a_script_is_answered_and_not_redirected(self, client, headers):
        response = client.get("/private/", headers=headers)

        assert response.status_code == 401
        assert response.json()["error"]["code"] == "signed_out"
        assert "Location" not in response.headers

    def test_a_person_is_sent_to_the_sign_in_page(self, client):
        response = client.get("/private/")

        assert response.status_code == 302
        assert response.headers["Location"] == "/sign-in/?next=/private/"


class TestErrors:
    @pytest.mark.parametrize("headers", SCRIPTS)
    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/forbidden/", 403, "not_allowed"),
            ("/nowhere/", 404, "not_found"),
            ("/not-even-a-view/", 404, "not_found"),
            ("/broken/", 500, "server_error"),
            ("/echo/?q=%00", 400, "bad_request"),
        ],
    )
    def test_are_answered_to_a_script(self, client, headers, path, status, code):
        response = client.get(path, headers=headers)

        assert response.status_code == status
        assert response.json()["error"]["code"] == code

    @pytest.mark.parametrize("is_foreign", [False, True])
    @pytest.mark.parametrize("content", [b"[" * 9, b"x&" * 2000, b"x" * 3_000_000])
    @pytest.mark.parametrize(
        "kind", ["multipart/form-data; boundary=a", "application/x-www-form-urlencoded"]
    )
    def test_of_a_request_that_cannot_be_read_do_not_read_it(
        self, settings, kind, content, is_foreign
    ):
        # A host is looked at before what is sent.
        settings.SECURE_SSL_REDIRECT = is_foreign
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        charset = "utf-8" if is_foreign else "utf-16"
        host = "elsewhere.example" if is_foreign else "testserver"

        response = client.post(
            "/guarded/",
            content,
            content_type=f"{kind}; charset={charset}",
            headers={"Host": host},
        )

        assert response.status_code == 400
        assert "The request cannot be read" in response.text

    def test_of_a_hostile_request_are_one_short_line_in_the_log(self):
        name, words = "django.security.DisallowedHost", "a\nERROR forged: " + "b" * 900
        record = logging.makeLogRecord({"name": name, "msg": words})

        assert OneLine().filter(record)

        assert record.getMessage() == "a ERROR forged: " + "b" * 184

    def test_of_a_stale_token_is_answered_to_a_script(self):
        client = Client(enforce_csrf_checks=True)

        response = client.post("/guarded/", headers=JSON)

        assert response.status_code == 403
        assert response.json()["error"]["code"] == "csrf_failed"

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/forbidden/", 403), ("/nowhere/", 404), ("/broken/", 500)],
    )
    def test_are_pages_for_a_person(self, client, path, status):
        response = client.get(path)

        assert response.status_code == status
        assert response.headers["Content-Type"].startswith("text/html")


class TestUnreadableText:
    @pytest.mark.parametrize("bad", ["%00", "a%00b", "%ED%A0%80", "%FF"])
    def test_is_refused_in_the_query(self, client, bad):
        assert client.get(f"/echo/?q={bad}").status_code == 400
        assert client.get(f"/echo/?{bad}=q").status_code == 400

    @pytest.mark.parametrize("bad", ["%00", "%ED%A0%80", "%FF"])
    def test_is_refused_in_the_path(self, client, bad):
        assert client.get(f"/{bad}/").status_code == 400

    @pytest.mark.parametrize("bad", ["q=%00", "q=%ED%A0%80", "%00=q", "q=\xff"])
    def test_is_refused_in_a_form(self, client, bad):
        response = client.post(
            "/echo/", bad.encode("latin-1"), "application/x-www-form-urlencoded"
        )

        assert response.status_code == 400

    @pytest.mark.parametrize("field", [{"q": "a\0b"}, {"q\0": "b"}])
    def test_is_refused_in_a_form_with_files(self, client, field):
        assert client.post("/echo/", field).status_code == 400

    @pytest.mark.parametrize(
        "bad",
        [
            rb'{"q": "\u0000"}',
            rb'{"\u0000": "q"}',
            rb'[["\ud800"]]',
            rb'{"q": {"q": ["fine", "\udfff\ud800"]}}',
            b'{"q": "\0"}',
            b'{"q": "\xff"}',
        ],
    )
    def test_is_refused_in_json(self, client, bad):
        response = client.post("/echo/", bad, "application/json")

        assert response.status_code == 400

    def test_is_refused_in_a_cookie(self, client):
        client.cookies["sessionid"] = "%00"

        assert client.get("/echo/", headers={"Cookie": "a=%00"}).status_code == 400

    @pytest.mark.parametrize("good", ["é", "陈记", "😀", "\\u0000", "100%", "\t\n"])
    def test_is_not_what_people_write(self, client, good):
        assert client.get("/echo/", {"q": good}).text == good
        assert client.post("/echo/", {"q": good}).text == good
        for body in (json.dumps(good), json.dumps([good], ensure_ascii=False)):
            response = client.post("/echo/", body, "application/json")
            assert response.status_code == 200

    @pytest.mark.parametrize(
        "body", [b"", b"{", rb'"\u00', b"[" * 100, rb'["\u0041",' + b"[" * 100_000]
    )
    def test_is_not_json_cut_short_which_is_the_views_to_refuse(self, client, body):
        response = client.post("/echo/", body, "application/json")

        assert response.status_code == 200


def refusing(wrapper):
    """Connect as Django does, and start no server where there is none."""
    return partial(postgresql.DatabaseWrapper.get_new_connection, wrapper)


@pytest.mark.django_db(transaction=True)
class TestDatabaseTrouble:
    def ask(self, client, sql, headers=JSON):
        return client.post("/statement/", {"sql": sql}, headers=headers)

    @pytest.fixture(autouse=True)
    def fresh_connection(self):
        yield
        connection.close()

    def test_of_a_lock_held_too_long_is_503(self, client):
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("LOCK TABLE django_session IN EXCLUSIVE MODE")

            response = self.ask(
                client,
                "SET LOCAL lock_timeout = '20ms';"
                "LOCK TABLE django_session IN EXCLUSIVE MODE",
            )

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "1"
        assert response.json()["error"]["code"] == "busy"

    @pytest.mark.parametrize("code", ["40P01", "40001", "55P03"])
    def test_of_two_in_each_others_way_is_503(self, client, code):
        response = self.ask(client, f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")

        assert response.status_code == 503
        assert response.json()["error"]["code"] == "busy"

    @pytest.mark.parametrize(
        "code",
        [
            *("57014", "57P01", "57P02", "57P03", "57P05", "25006", "25P03", "25P04"),
            *("53000", "53100", "53200", "53300", "08006", "58030"),
        ],
    )
    def test_of_any_other_kind_is_503(self, client, code):
        response = self.ask(client, f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert response.json()["error"]["code"] == "database_unavailable"

    def test_of_a_slow_statement_is_503(self, client):
        response = self.ask(
            client, "SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(5)"
        )

        assert response.status_code == 503

    def test_of_a_lost_connection_is_503(self, client):
        response = self.ask(client, "SELECT pg_terminate_backend(pg_backend_pid())")

        assert response.status_code == 503

    def test_before_the_view_is_503_too(self, client):
        connection.ensure_connection()
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute(
                "SELECT pg_terminate_backend(%s)",
                [connection.connection.info.backend_pid],
            )
        client.cookies["sessionid"] = "a-session-to-look-up"

        response = client.get("/private/", headers=JSON)

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"

    def test_of_a_server_that_refuses_connections_is_503(self, client, monkeypatch):
        host = connection.settings_dict["HOST"]
        connection.close()
        with monkeypatch.context() as away:
            away.setitem(connection.settings_dict, "HOST", f"{host}/nobody")
            away.setattr(connection, "get_new_connection", refusing(connection))

            response = self.ask(client, "SELECT 1")

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"

    @pytest.mark.parametrize("when", ["IMMEDIATE", "DEFERRED"])
    def test_is_no_constraint_that_finds_something_even_at_commit(self, client, when):
        response = self.ask(
            client,
            "CREATE TEMP TABLE parent (id int PRIMARY KEY); CREATE TEMP TABLE child"
            f" (id int REFERENCES parent DEFERRABLE INITIALLY {when});"
            "INSERT INTO child VALUES (1)",
        )

        assert response.status_code == 500

    def test_is_a_page_for_a_person(self, client):
        response = self.ask(client, "SELECT pg_terminate_backend(pg_backend_pid())", {})

        assert response.status_code == 503
        assert "try again" in response.text

    def test_is_not_a_mistake_of_ours(self, client):
        response = self.ask(client, "SELECT 1 / 0")

        assert response.status_code == 500
