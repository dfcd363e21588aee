"""Demo staff: who works in the demo shop. None of them exists."""

from dataclasses import dataclass

from pos.access.roles import CASHIER, OWNER, SUPERVISOR
from pos.core.initials import initials_of

# It and the PINs open nothing but a demo database, and are printed where one is made.
PASSWORD = "kaya-toast-set"  # noqa: S105


@dataclass(frozen=True, slots=True)
class DemoPerson:
    username: str
    name: str
    role: str
    pin: str

    @property
    def initials(self) -> str:
        return initials_of(self.name)


OWNER_OF_SHOP = DemoPerson("siewlan", "Koh Siew Lan", OWNER, "402917")


MEI_LING = DemoPerson("meiling", "Mei Ling", CASHIER, "280461")


ARJUN = DemoPerson("arjun", "Arjun", CASHIER, "571836")


HAFIZ = DemoPerson("hafiz", "Hafiz", SUPERVISOR, "693058")


STAFF = (MEI_LING, ARJUN, HAFIZ, OWNER_OF_SHOP)
