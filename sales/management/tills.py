"""Which till, and which of its shifts, a command is about."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from pos.management.arguments import the_company
from pos.models import Till
from sales.errors import NoOpenShiftError
from sales.models import Shift


def add_till_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--company", required=True, metavar="CODE")
    parser.add_argument("--till", required=True, metavar="CODE")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", dest="as_format"
    )


def the_till(company: str, code: str) -> Till:
    tills = Till.objects.of_company(the_company(company).pk)
    till = tills.select_related("company", "outlet").filter(code__iexact=code).first()
    if till is None:
        raise CommandError(f"{company} has no till {code}.")
    till.outlet.company = till.company
    return till


def the_open_shift(till: Till) -> Shift:
    shifts = Shift.objects.at_till(till.pk).open()
    shift = shifts.select_related("cashier").first()
    if shift is None:
        raise CommandError(str(NoOpenShiftError(till=till)))
    return shift


def told(content: dict[str, Any], as_format: str) -> str:
    """What a command says of a report: as JSON, or a figure a line."""
    if as_format == "json":
        return json.dumps(content, ensure_ascii=False)
    return "\n".join(_lines(content, ""))


def _lines(content: dict[str, Any], prefix: str) -> list[str]:
    lines: list[str] = []
    for name, value in content.items():
        if isinstance(value, dict):
            lines += _lines(value, f"{prefix}{name} ")
        elif isinstance(value, list) and value and isinstance(value[0], list):
            rows = [" ".join(str(cell) for cell in row) for row in value]
            lines += [f"{prefix}{name}: {row}" for row in rows]
        elif isinstance(value, list):
            lines.append(f"{prefix}{name}: {' '.join(str(cell) for cell in value)}")
        else:
            lines.append(f"{prefix}{name}: {value}")
    return lines
