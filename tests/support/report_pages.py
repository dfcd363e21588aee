"""Report pages in tests: their addresses and files, and a Monday on which to ask."""

import csv
import io
from datetime import UTC, datetime

from django.urls import reverse

MARCH = {"from": "2026-03-02", "to": "2026-03-04"}
# Monday, 14:32 by the clock of Singapore.
NOW = datetime(2026, 3, 16, 6, 32, tzinfo=UTC)


def page_of(name: str) -> str:
    return reverse("sales:report", args=(name,))


def file_of(name: str, format: str) -> str:
    return reverse("sales:report_file", args=(name, format))


def read_csv(answer) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))
