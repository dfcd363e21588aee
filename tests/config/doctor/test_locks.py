"""Locks: a transaction that was left open is found."""

import time

import psycopg
import pytest

from config.doctor import locks
from config.doctor.finding import Level
from config.localdb.conf import SUPERUSER
from config.localdb.roles import APP, OWNER
from tests.config.doctor.conftest import superuser_of

A_BLINK = 0.001  # minutes


def idle(cluster, user, application="psql"):
    """A session that has opened a transaction, and waits for somebody to type."""
    session = psycopg.connect(
        host=str(cluster.socket),
        user=user,
        dbname="postgres",
        application_name=application,
    )
    session.execute("SELECT 1")
    time.sleep(A_BLINK * 60 * 1.5)
    return session


@pytest.mark.parametrize("user", [APP, OWNER, SUPERUSER])
def test_an_old_transaction_is_named_to_the_owner(own_cluster, use, user):
    with idle(own_cluster, user) as session, use(own_cluster):
        assert locks.check_transactions().level is Level.OK
        finding = locks.check_transactions(old_minutes=A_BLINK)
        pid = session.info.backend_pid

    assert finding.level is Level.BAD
    assert f"process {pid} of {user} (psql), idle in transaction" in finding.sentence
    assert f"pg_terminate_backend({pid})" in finding.advice


def test_the_serving_role_is_shown_its_own_and_says_that_there_are_others(
    own_cluster, use
):
    with use(own_cluster, APP):
        with idle(own_cluster, APP):
            assert locks.check_transactions(A_BLINK).level is Level.BAD
        with idle(own_cluster, OWNER):
            finding = locks.check_transactions(A_BLINK)

    assert finding.level is Level.WARN
    assert "1 sessions cannot be seen" in finding.sentence


def test_a_backup_may_read_for_long(own_cluster, use):
    with idle(own_cluster, OWNER, "pg_dump"), use(own_cluster):
        assert locks.check_transactions(A_BLINK).level is Level.OK


@pytest.mark.parametrize("user", [APP, OWNER])
def test_a_prepared_transaction_is_named(own_cluster, use, user):
    with superuser_of(own_cluster) as superuser:
        superuser.execute("BEGIN")
        superuser.execute("SELECT 1")
        superuser.execute("PREPARE TRANSACTION 'somebody''s'")
        try:
            with use(own_cluster, user):
                finding = locks.check_prepared()
        finally:
            superuser.execute("ROLLBACK PREPARED 'somebody''s'")

    assert finding.level is Level.BAD
    assert "for ever: somebody's." in finding.sentence
    with use(own_cluster, user):
        assert locks.check_prepared().level is Level.OK
