"""Retries: which transactions are repeated, and which are not."""

import socket

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from pos.core.errors import DomainError
from pos.core.ids import uuid7
from pos.core.transactions import ATTEMPTS, atomic_with_retry
from pos.models import Company
from tests.support.factories import CompanyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_connection():
    yield
    connection.close()


class Service:
    """Makes a company, and fails in the given way as often as given."""

    def __init__(self, *troubles):
        self.troubles = list(troubles)
        self.attempts = 0

    @property
    def run(self):
        return atomic_with_retry(self.carry_out)

    def carry_out(self, *, uid=None):
        self.attempts += 1
        company = CompanyFactory(code=f"ATTEMPT-{self.attempts}")
        if self.troubles:
            self.troubles.pop(0)()
        return company


def raise_sqlstate(code):
    def trouble():
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")

    return trouble


def terminate():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def cut():
    """The connection breaks, and nobody says so."""
    wire = socket.socket(fileno=socket.dup(connection.connection.fileno()))
    with wire:
        wire.shutdown(socket.SHUT_RDWR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def answer_lost_at_commit(monkeypatch):
    """The next COMMIT is done, and its answer does not come."""
    commit = connection._commit

    def committed_unheard():
        monkeypatch.undo()
        commit()
        connection.connection.close()
        raise OperationalError("server closed the connection unexpectedly")

    return lambda: monkeypatch.setattr(connection, "_commit", committed_unheard)


def codes():
    # Not by name: the factory's "Company 10" comes before its "Company 9".
    return list(Company.objects.order_by("pk").values_list("code", flat=True))


LOST = [raise_sqlstate("40001"), raise_sqlstate("40P01"), terminate, cut]
KEPT = ["55P03", "57014", "53100", "53200", "53300", "25006", "23505", "XX000"]


@pytest.mark.parametrize("trouble", LOST)
def test_a_lost_transaction_is_retried_and_only_the_last_attempt_counts(trouble):
    service = Service(trouble, trouble)

    company = service.run()

    assert service.attempts == 3
    assert codes() == [company.code] == ["ATTEMPT-3"]


@pytest.mark.parametrize("trouble", LOST)
def test_five_attempts_are_enough(trouble):
    service = Service(*[trouble] * 9)

    with pytest.raises(OperationalError):
        service.run()

    assert service.attempts == ATTEMPTS == 5
    assert codes() == []


@pytest.mark.parametrize("code", KEPT)
def test_nothing_else_is_tried_again(code):
    service = Service(raise_sqlstate(code))

    with pytest.raises(Exception, match=r".") as raised:
        service.run()

    assert raised.value.__cause__.sqlstate == code
    assert service.attempts == 1
    assert codes() == []


def test_a_refusal_is_final():
    def refuse():
        raise DomainError

    service = Service(refuse)

    with pytest.raises(DomainError):
        service.run()

    assert service.attempts == 1
    assert codes() == []


def test_what_a_constraint_finds_at_commit_is_final():
    def make_a_lone_child():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE parent (id int PRIMARY KEY)")
            cursor.execute(
                "CREATE TEMP TABLE child (id int REFERENCES parent"
                " DEFERRABLE INITIALLY DEFERRED)"
            )
            cursor.execute("INSERT INTO child VALUES (1)")

    service = Service(make_a_lone_child)

    with pytest.raises(IntegrityError):
        service.run(uid=uuid7())

    assert service.attempts == 1
    assert codes() == []


class TestAConnectionLostAtCommit:
    def test_a_named_act_is_repeated(self, monkeypatch):
        service = Service(answer_lost_at_commit(monkeypatch))

        service.run(uid=uuid7())

        # This service does not know its repeats; those of the project do.
        assert codes() == ["ATTEMPT-1", "ATTEMPT-2"]

    def test_an_act_without_a_name_is_not_for_it_may_have_been_done(self, monkeypatch):
        service = Service(answer_lost_at_commit(monkeypatch))

        with pytest.raises(OperationalError):
            service.run()

        assert codes() == ["ATTEMPT-1"]


def test_a_server_that_is_gone_is_not_waited_for(monkeypatch):
    def refuse(parameters):
        raise OperationalError("connection refused")

    def lose():
        monkeypatch.setattr(connection, "get_new_connection", refuse)
        terminate()

    service = Service(lose)

    with pytest.raises(OperationalError, match="refused"):
        service.run()

    assert service.attempts == 1
    monkeypatch.undo()
    assert codes() == []


def test_a_part_of_another_transaction_is_not_retried():
    service = Service(raise_sqlstate("40001"))

    with pytest.raises(OperationalError), transaction.atomic():
        service.run()

    assert service.attempts == 1


def test_a_part_that_is_refused_undoes_itself_only():
    def refuse():
        raise DomainError

    service = Service(refuse)

    with transaction.atomic():
        CompanyFactory(code="BEFORE")
        with pytest.raises(DomainError):
            service.run()

    assert codes() == ["BEFORE"]


def test_it_logs_what_it_retries(caplog):
    service = Service(raise_sqlstate("40P01"))

    service.run()

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Service.carry_out is retried" in caplog.text


def test_a_connection_that_broke_before_is_replaced():
    connection.ensure_connection()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(
            "SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid]
        )
    service = Service()

    service.run()

    assert service.attempts <= 2
    assert len(codes()) == 1
