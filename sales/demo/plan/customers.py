"""Demo customers: who buys in the demo shop. None of them exists."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """``visits`` weighs how often they come."""

    code: str
    name: str
    phone: str
    email: str
    birthday: date | None
    visits: int


# Name, the last digits of a made-up number that begins 9000, how often they come,
# and a birthday where one is known.
CUSTOMERS_OF_SHOP = """
    Siti Rahmah | 4581 | 5 | 1991-04-17
    Rahul Menon | 3306 | 4 | 1987-11-02
    Tiong Bahru Studio | 8820 | 7 |
    Aisyah binte Kamal | 2094 | 2 | 1999-06-30
    Goh Eng Huat | 7715 | 4 | 1954-02-11
    Priya Nair | 6158 | 6 | 1983-09-23
    Chua Teck Leong | 5540 | 2 | 1968-12-05
    Tan Hui Min | 1187 | 3 | 1994-03-08
    Ng Kok Wai | 2266 | 3 |
    Nurul Huda | 3471 | 4 | 1990-01-19
    Lee Xin Yi | 4029 | 3 | 2001-07-27
    Muthu Krishnan | 5513 | 2 | 1975-05-14
    Wong Mei Fong | 6690 | 5 | 1961-10-09
    Faizal Osman | 7134 | 2 |
    Ong Jia Hao | 8457 | 1 | 2003-08-21
    Deepa Raj | 9042 | 2 | 1989-02-28
    Yeo Boon Kiat | 1325 | 3 | 1958-06-12
    Low Shu Fen | 2781 | 2 | 1979-04-03
    Zainab Ali | 3908 | 2 |
    Koh Wei Lun | 4416 | 1 | 1996-12-24
    Anita Pillai | 5277 | 3 | 1985-07-07
    Teo Bee Hoon | 6053 | 4 | 1952-09-15
    Haziq Rosli | 7369 | 1 |
    Seah Li Ting | 8148 | 2 | 1992-11-11
    Chan Wai Kit | 9236 | 2 | 1973-01-30
    Farah Idris | 1590 | 1 |
    Sim Poh Choo | 2347 | 3 | 1949-03-22
    Vijay Kumar | 3662 | 2 | 1980-08-18
    Havelock Tuition Centre | 4805 | 2 |
"""


def _plan_customers() -> list[DemoCustomer]:
    """Return the customers; the one that most demonstrations look up is first."""
    customers = [
        DemoCustomer(
            code="M0001",
            name="Lim Wei Jie",
            phone="9123 4567",
            email="weijie@example.com",
            birthday=date(1988, 8, 9),
            visits=9,
        )
    ]
    for number, line in enumerate(CUSTOMERS_OF_SHOP.strip().splitlines(), start=2):
        name, digits, visits, birthday = (cell.strip() for cell in line.split("|"))
        word = name.split()[0].lower()
        customers.append(
            DemoCustomer(
                code=f"M{number:04}",
                name=name,
                phone=f"9000 {digits}",
                email=f"{word}{digits}@example.com" if number % 3 else "",
                birthday=date.fromisoformat(birthday) if birthday else None,
                visits=int(visits),
            )
        )
    return customers


CUSTOMERS = _plan_customers()
# The README's customer, and how many points they get this morning, whatever the month
# has left them.
THANKED = CUSTOMERS[1]
THANKS = 60
