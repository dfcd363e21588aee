"""Processors: how many the web server uses, by itself and as it is set."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Env
from config.processors import DEFAULT_MAX, read_web_workers, usable_processors


@pytest.mark.parametrize(
    ("text", "count"), [("100000 100000", 1), ("20000 100000", 1), ("1 100000", 1)]
)
def test_a_container_has_no_more_than_its_limit(tmp_path, text, count):
    limit = tmp_path / "cpu.max"
    limit.write_text(f"{text}\n")

    assert usable_processors(limit) == count


@pytest.mark.parametrize("text", ["max 100000\n", "6400000 100000\n", None])
def test_without_a_limit_it_is_the_machines(tmp_path, monkeypatch, text):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {*range(5)}, raising=False)
    limit = tmp_path / "cpu.max"
    if text is not None:
        limit.write_text(text)

    assert usable_processors(limit) == 5


def test_a_large_machine_has_not_more_processes_than_connections(monkeypatch):
    monkeypatch.delenv("WEB_WORKERS", raising=False)
    monkeypatch.setattr("config.processors.usable_processors", lambda: 64)

    assert read_web_workers(Env()) == DEFAULT_MAX


def test_a_number_that_is_set_is_taken(monkeypatch):
    monkeypatch.setenv("WEB_WORKERS", "12")

    assert read_web_workers(Env()) == 12


@pytest.mark.parametrize("text", ["0", "-1", "two"])
def test_a_web_server_without_a_process_is_refused(monkeypatch, text):
    monkeypatch.setenv("WEB_WORKERS", text)

    with pytest.raises(ImproperlyConfigured, match=f"WEB_WORKERS is {text}, and must"):
        read_web_workers(Env())
