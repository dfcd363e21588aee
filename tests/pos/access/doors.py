"""Doors: every address where a password, a PIN or a code is checked.

A new one is an entry here: what is sent besides what the address asks for anyway. The
tests of guessing go through all of them, and fail for one that is missing.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from pos.core.ids import uuid7
from pos.models import Product, StaffMember
from tests.config.who_may.ask import Answer, ask
from tests.config.who_may.routes import every_route
from tests.config.who_may.world import ANY, JSON, World

WRONG = "not the password 1"
# What is in the drawer by the last count: a difference that takes an approval.
COUNTED = Decimal(1)
ROUTES = {route.name: route for route in every_route()}

Fields = dict[str, object]


class Door(NamedTuple):
    """An address, what names a thing there, and what is typed to get through.

    ``is_hashed``: what is typed there is compared with the hash of a password.
    """

    route: str
    about: str
    typed: Callable[[StaffMember], Fields]
    is_hashed: bool = True

    def guess(self, world: World, person: StaffMember) -> Answer:
        """Send one wrong guess from the cashier's browser, in the person's name."""
        sent = world.content(self.route, "POST", world.own) or {}
        places = world.own.places(self.about)
        return ask(
            world.actors["cashier"],
            "POST",
            ROUTES[self.route].address(**(ANY | places)),
            sent | self.typed(person),
            is_json=self.route in JSON,
        )


def sign_in(person: StaffMember) -> Fields:
    return {"username": person.username, "password": WRONG}


def approval(person: StaffMember) -> Fields:
    return {"approver": person.username, "approver_password": WRONG}


def own_password(person: StaffMember) -> Fields:
    new = "kaya-toast-set-2"
    return {"old_password": WRONG, "password": new, "repeated": new}


def code(person: StaffMember) -> Fields:
    return {"uid": uuid7(), "code": "0000 0000"}


def closing(person: StaffMember) -> Fields:
    """As the page shows the count that the tests have made."""
    return approval(person) | {"counted": str(COUNTED)}


def without_receipt(person: StaffMember) -> Fields:
    """With a product that comes back: it is found before the password is read."""
    uid = Product.objects.filter(company=person.company).values_list("uid").first()[0]
    return approval(person) | {
        "uid": uuid7(),
        "reason": "unwanted",
        "kind": "cash",
        "product": uid,
        f"quantity-{uid}": "1",
        f"price-{uid}": "10.00",
    }


def pin(person: StaffMember) -> Fields:
    return {"person": str(person.uid), "pin": "000000"}


def own_pin(person: StaffMember) -> Fields:
    return {"old_pin": "000000", "pin": "481516", "repeated": "481516"}


SIGN_IN = Door("sign_in", "–", sign_in)
OWN_PASSWORD = Door("pos:account", "–", own_password)
CODE = Door("pos:till_choice", "–", code, is_hashed=False)
PIN_SIGN_IN = Door("pos:pin_sign_in", "–", pin, is_hashed=False)
OWN_PIN = Door("pos:own_pin", "–", own_pin, is_hashed=False)
APPROVALS = (
    Door("sales:approvals", "an open sale", approval),
    Door("sales:finalization", "an open sale", approval),
    Door("sales:exchange", "an open sale", approval),
    Door("sales:void", "an open sale", approval),
    Door("sales:part_payment_return", "a part payment", approval),
    Door("sales:tender_correction", "a paid sale", approval),
    Door("sales:refunds", "a paid sale", approval),
    Door("sales:prints", "a paid sale", approval),
    Door("sales:refunds_without_receipt", "–", without_receipt),
    Door("sales:shift_movements", "a shift", approval),
    Door("sales:shift_no_sale", "a shift", approval),
    Door("sales:shift_count", "a shift", approval),
    Door("sales:shift_close", "a shift", closing),
)
# By whose name one guesses at each: the supervisor's, or the cashier's own.
OF_A_SUPERVISOR = (SIGN_IN, *APPROVALS)
OF_ONESELF = (OWN_PASSWORD, OWN_PIN, CODE)
EVERY = (*OF_A_SUPERVISOR, PIN_SIGN_IN, *OF_ONESELF)
