"""Table: who may what, as docs/who-may-what.md says it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.config.conftest import ROOT

PAGE = ROOT / "docs" / "who-may-what.md"
ROLES = ("cashier", "supervisor", "owner", "administrator")
VERBS = frozenset({"view", "add", "change", "delete"})


class Row(NamedTuple):
    """An address with a method, and what each is answered."""

    route: str
    method: str
    about: str
    nobody: str
    cashier: str
    supervisor: str
    owner: str
    administrator: str
    no_device: str
    other_outlet: str
    missing: str

    def of_person(self, actor: str) -> str:
        """What the actor is answered about what is theirs to ask for."""
        if actor in {"nobody", "disabled owner", "expired owner"}:
            return self.nobody
        if actor == "administrator":
            return self.administrator
        return getattr(self, actor.split()[0])


def rows() -> list[Row]:
    return [
        Row(route, method, *cells)
        for route, methods, *cells in _cells("| Address |")
        for method in methods.split(", ")
    ]


def models() -> dict[str, dict[str, frozenset[str]]]:
    """What each role may do with the rows of each model in the back office."""
    return {
        model: {
            role: frozenset(re.findall(r"\w+", cell))
            for role, cell in zip(ROLES, cells, strict=True)
        }
        for model, *cells in _cells("| Model |")
    }


def _cells(head: str) -> Iterator[list[str]]:
    before, found, table = PAGE.read_text(encoding="utf-8").partition(f"\n{head}")
    assert found, head
    for line in table.partition("\n\n")[0].splitlines()[2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]
