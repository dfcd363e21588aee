"""Majors: each PostgreSQL that is supported keeps the books in the same way."""

import pytest

from tests.support.postgresql import bin_dir_of, each_major


@pytest.fixture
def shop_on(place, manage):
    """Make an empty shop on a private database of that major; say how to reach it."""

    def make(major):
        shop = {
            "TILLKEEPER_DATA": str(place / f"on-{major}"),
            "TILLKEEPER_PG_BIN": bin_dir_of(major),
        }
        done = manage("migrate", "--verbosity=0", **shop)
        assert done.returncode == 0, done.stderr
        return shop

    return make


@each_major
def test_the_guards_are_the_same(major, shop_on, manage):
    done = manage("verify_books", **shop_on(major))

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "the books balance" in done.stdout
