"""Demo staff: who works in the demo shop. None of them exists."""

from dataclasses import dataclass

from pos.access.roles import CASHIER, OWNER, SUPERVISOR

# Opens nothing but a demo database, and is printed where one is made.
PASSWORD = "kaya-toast-set"  # noqa: S105


@dataclass(frozen=True, slots=True)
class DemoPerson:
    username: str
    name: str
    role: str


OWNER_OF_SHOP = DemoPerson("siewlan", "Koh Siew Lan", OWNER)


MEI_LING = DemoPerson("meiling", "Mei Ling", CASHIER)


ARJUN = DemoPerson("arjun", "Arjun", CASHIER)


HAFIZ = DemoPerson("hafiz", "Hafiz", SUPERVISOR)


STAFF = (MEI_LING, ARJUN, HAFIZ, OWNER_OF_SHOP)
