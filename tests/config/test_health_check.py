"""Health check of a connection: a request notices one that is lost, and asks nobody."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept():
    """A connection of its own that the request before has left open."""
    kept = connection.copy()
    kept.health_check_enabled = True
    kept.settings_dict = kept.settings_dict | {"CONN_HEALTH_CHECKS": True}
    kept.connect()
    kept.close_if_unusable_or_obsolete()
    yield kept
    kept.close()


def begin_request(kept):
    kept.close_if_unusable_or_obsolete()
    kept.health_check_enabled, kept.health_check_done = True, False


def pid_of(kept):
    return kept.connection.info.backend_pid


def last_statement(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
        return cursor.fetchone()[0]


def end(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone()[0]


def test_a_connection_that_is_there_is_not_asked(kept):
    with kept.cursor() as cursor:
        cursor.execute("SELECT 'the last one'")
    pid = pid_of(kept)
    begin_request(kept)

    kept.ensure_connection()
    kept.close_if_health_check_failed()

    assert pid_of(kept) == pid
    assert "the last one" in last_statement(pid)


def test_one_that_the_server_ended_is_replaced(kept):
    pid = pid_of(kept)
    end(pid)
    begin_request(kept)

    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)

    assert pid_of(kept) != pid


def test_one_that_had_an_error_is_asked(kept):
    with kept.cursor() as cursor, pytest.raises(Exception, match="no_such_table"):
        cursor.execute("SELECT FROM no_such_table")
    kept.errors_occurred = True
    kept.health_check_enabled, kept.health_check_done = True, False

    kept.close_if_health_check_failed()

    assert last_statement(pid_of(kept)) == "SELECT 1"
