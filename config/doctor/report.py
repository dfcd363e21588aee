"""Report: what was found, as lines, JSON, and figures for Prometheus; pure."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from config.doctor.examine import Examined
from config.doctor.finding import worst


def write_lines(examined: Sequence[Examined]) -> Iterator[str]:
    """Return a line for each check: how it is, what was found, what to do."""
    for one in examined:
        finding = one.finding
        advice = f" {finding.advice}" if finding.advice else ""
        subject = str(one.subject).lower()
        yield f"{finding.level.word:5}{subject}: {finding.sentence}{advice}"


def write_json(examined: Sequence[Examined], at: datetime) -> str:
    checks = [
        {
            "name": one.name,
            "level": one.finding.level.word,
            "sentence": one.finding.sentence,
            "remedy": one.finding.advice,
            "facts": dict(one.finding.facts),
        }
        for one in examined
    ]
    level = worst(one.finding for one in examined).word
    return json.dumps(
        {"at": at.isoformat(), "level": level, "checks": checks}, indent=1
    )


def write_prometheus(examined: Sequence[Examined], at: datetime) -> Iterator[str]:
    """Return the lines of a file for node_exporter's textfile collector."""
    yield "# HELP tillkeeper_doctor How a check is: 0 ok, 1 warn, 2 bad."
    yield "# TYPE tillkeeper_doctor gauge"
    for one in examined:
        yield f'tillkeeper_doctor{{check="{one.name}"}} {int(one.finding.level)}'
    for one in examined:
        value = one.finding.facts.get(one.measure)
        if value is not None:
            name = f"tillkeeper_doctor_{one.name}_{one.measure}"
            yield f"# TYPE {name} gauge"
            yield f"{name} {value}"
    yield "# TYPE tillkeeper_doctor_run_timestamp_seconds gauge"
    yield f"tillkeeper_doctor_run_timestamp_seconds {int(at.timestamp())}"
