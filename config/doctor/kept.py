"""Kept: the last run's findings, and how full the disks were, in files of the shop."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from config.doctor.finding import Finding, read_finding

FINDINGS = "doctor.json"
USES = "disk-use.json"
USES_KEPT = timedelta(days=7, hours=12)
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Run:
    """What the command found when it last ran, by the name of the check."""

    at: datetime
    findings: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Use:
    """How many bytes of a disk were used."""

    at: datetime
    used: int


def keep_run(at: datetime, findings: Mapping[str, Finding]) -> None:
    """Keep what was found, for the page. Raises OSError where it cannot be written."""
    found = {name: finding.as_json() for name, finding in findings.items()}
    _write(FINDINGS, {"at": at.isoformat(), "findings": found})


def read_run() -> Run | None:
    """Return the last run of the command; None if there was none."""
    try:
        kept = _read(FINDINGS)
        findings = {name: read_finding(it) for name, it in kept["findings"].items()}
        return Run(datetime.fromisoformat(kept["at"]), findings)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never made, or by another version


def keep_use(path: Path, at: datetime, used: int) -> None:
    """Keep how much is used, once an hour; forget what is older than a week."""
    uses = read_uses(path)
    if uses and at - uses[-1].at < AN_HOUR:
        return
    recent = [use for use in uses if at - use.at < USES_KEPT]
    lines = [[use.at.isoformat(), use.used] for use in [*recent, Use(at, used)]]
    _write(USES, _read_every_use() | {str(path): lines})


def read_uses(path: Path) -> list[Use]:
    """Return the looks at this disk, the oldest first."""
    try:
        return [
            Use(datetime.fromisoformat(at), int(used))
            for at, used in _read_every_use().get(str(path), [])
        ]
    except (ValueError, TypeError):
        return []


def _read_every_use() -> dict[str, Any]:
    try:
        return dict(_read(USES))
    except (OSError, ValueError, TypeError):
        return {}


def _read(name: str) -> Any:
    return json.loads((Path(settings.DATA_DIR) / name).read_text(encoding="utf-8"))


def _write(name: str, content: object) -> None:
    """Write the file wholly or not at all."""
    path = Path(settings.DATA_DIR) / name
    unfinished = path.with_name(f"{name}.{os.getpid()}")
    unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
    unfinished.replace(path)
