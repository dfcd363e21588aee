"""Cells: who asks for what of whose, what the table says, and what is answered."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple

from tests.admin.shop import Shop
from tests.config.who_may.ask import Answer, ask, rolled_back
from tests.config.who_may.routes import every_route
from tests.config.who_may.table import ROLES, Row
from tests.config.who_may.world import (
    ANY,
    AT_NO_OWN_DEVICE,
    JSON,
    MISSING,
    MISSING_KEY,
    OTHER_COMPANY,
    OTHER_OUTLET,
    OWN,
    WHOSE,
    World,
)

NO_THING = "–"
REFUSED = frozenset({"sign in", "403", "404", "405"})
OF_MODELS = {
    "changelist": {"GET": "look", "POST": "look"},
    "add": {"GET": "add", "POST": "add"},
    "change": {"GET": "look", "POST": "change"},
    "delete": {"GET": "delete", "POST": "delete"},
    "history": {"GET": "look", "POST": "look"},
}
ROUTES = {route.name: route for route in every_route()}


class Cell(NamedTuple):
    row: Row
    actor: str
    whose: str

    @property
    def expected(self) -> str:
        """What the table says."""
        own = self.row.of_person(self.actor)
        if own in REFUSED:
            return own
        if self.row.no_device == "enrol" and self.actor in AT_NO_OWN_DEVICE:
            return AT_NO_OWN_DEVICE[self.actor]
        is_foreign = self.actor == "owner of another company"
        is_elsewhere = self.actor == "cashier of another outlet"
        if self.row.about == NO_THING:
            return own
        if self.whose == (OTHER_COMPANY if is_foreign else OWN) and not is_elsewhere:
            return own
        if is_foreign or self.whose in {OTHER_COMPANY, MISSING}:
            return self.row.missing
        if is_elsewhere and self.whose == OTHER_OUTLET:
            return own
        beyond = self.row.other_outlet
        # An owner uses the tills of every outlet.
        same = {"yes", NO_THING, "403" if self.actor == "owner" else ""}
        return own if beyond in same else beyond

    def ask(
        self, world: World, *, is_script: bool = False, is_rolled_back: bool = True
    ) -> Answer:
        row = self.row
        is_foreign = self.actor == "owner of another company"
        mine = OTHER_COMPANY if is_foreign else OWN
        places = world.places(row.about, self.whose, mine)
        is_away = self.whose == OTHER_OUTLET and not is_foreign
        things = world.things(OTHER_OUTLET if is_away else mine)
        with rolled_back() if is_rolled_back else nullcontext():
            return ask(
                world.actors[self.actor],
                row.method,
                ROUTES[row.route].address(**(ANY | places)),
                world.content(row.route, row.method, things),
                is_json=row.route in JSON and row.method == "POST",
                is_script=is_script,
                key=next(reversed(places.values()), ""),
            )


def cells_of(row: Row, world: World) -> Iterator[Cell]:
    for actor in world.actors:
        is_out = row.of_person(actor) == "sign in"
        for one in (OWN,) if is_out or row.about == NO_THING else WHOSE:
            if one == OTHER_OUTLET and row.other_outlet == NO_THING:
                continue
            yield Cell(row, actor, one)


class ModelCell(NamedTuple):
    """A page that Django makes for the rows of a model."""

    model: Any
    verbs: dict[str, frozenset[str]]
    page: str
    method: str
    actor: str
    whose: str

    @property
    def expected(self) -> str:
        if self.actor in {"nobody", "disabled owner", "expired owner"}:
            return "sign in"
        role = self.actor.split()[0]
        if not self._may(self.verbs.get(role, frozenset())):
            # Of a history Django says first that there is none; where no company is
            # chosen there is never one.
            is_there = self.whose == OWN and role != "administrator"
            is_first = self.page == "history" and role != "cashier" and not is_there
            return "404" if is_first else "403"
        whose = {
            "owner of another company": {OTHER_COMPANY},
            # Who keeps the companies, while none is chosen.
            "administrator": {OWN, OTHER_COMPANY},
        }.get(self.actor, {OWN})
        is_there = self.whose in whose or self.page in {"changelist", "add"}
        return "yes" if is_there else "404"

    def _may(self, verbs: frozenset[str]) -> bool:
        verb = OF_MODELS[self.page][self.method]
        return bool(verbs & {"view", "change"}) if verb == "look" else verb in verbs

    def ask(self, world: World, *, is_rolled_back: bool = True) -> Answer:
        opts = self.model._meta
        route = ROUTES[f"admin:{opts.app_label}_{opts.model_name}_{self.page}"]
        key = "" if self.page in {"changelist", "add"} else self._key(world)
        with rolled_back() if is_rolled_back else nullcontext():
            return ask(
                world.actors[self.actor],
                self.method,
                route.address(object_id=key),
                {} if self.method == "POST" else None,
                key=key,
            )

    def _key(self, world: World) -> object:
        if self.whose == MISSING:
            return MISSING_KEY
        shop: Shop = world.foreign if self.whose == OTHER_COMPANY else world.shop
        row = shop.row(self.model)
        assert row is not None, f"the shop of the tests lacks a {self.model}"
        return row.pk


def cells_of_model(
    model: Any, verbs: dict[str, frozenset[str]], world: World
) -> Iterator[ModelCell]:
    """Every page and method, of every actor; of rows also those of others."""
    for page, methods in OF_MODELS.items():
        for method in methods:
            for actor in world.actors:
                yield ModelCell(model, verbs, page, method, actor, OWN)
                if page in {"changelist", "add"} or actor not in ROLES:
                    continue
                yield ModelCell(model, verbs, page, method, actor, OTHER_COMPANY)
                yield ModelCell(model, verbs, page, method, actor, MISSING)
