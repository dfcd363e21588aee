"""World: two outlets of a company, another company, and people who ask for things."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now

from customers.models import Customer
from pos.access.enrolment import revoke_device
from pos.core.ids import uuid7
from pos.models import Company, Device, Role, StaffMember, Till
from sales.books.every import CHECKS
from sales.books.proof import Proof, save_proof
from sales.books.run import Finding, Outcome
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import BooksProof, PartPayment, Sale, SaleLine, Shift
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.admin.shop import Shop, make_back_office_shop
from tests.support.devices import enrol
from tests.support.factories import (
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.tenders import card, take_part

MISSING_KEY = 987654321
AT_OTHER_OUTLET = "cashier at a device of another outlet"
# What people are answered at a till whose browser is no device of theirs.
AT_NO_OWN_DEVICE = {
    "cashier without a device": "enrol",
    "cashier of a revoked device": "enrol",
    AT_OTHER_OUTLET: "403",
}
OWN, OTHER_OUTLET, OTHER_COMPANY, MISSING = WHOSE = (
    *("own", "other outlet", "other company", "missing"),
)
# Where an address names nothing of a company.
ANY = {
    "position": 1,
    "language": "en",
    "version": "abc",
    "url": "nowhere",
    "app_label": "pos",
    "check_id": CHECKS[0].id,
    "finding_hash": "0" * 64,
    "name": "days",
    "format": "csv",
}


@dataclass
class Things:
    """One of each thing that an address or a request names."""

    till: Till
    closed: Shift
    shift: Shift
    open: Sale
    paid: Sale
    part: PartPayment
    customer: Customer
    proof: BooksProof

    @property
    def line(self) -> SaleLine:
        return self.paid.lines.get()

    def places(self, about: str) -> dict[str, object]:
        """What is in the places of an address about one of them."""
        if about == "a part payment":
            return {"uid": self.part.sale.uid, "part": self.part.uid}
        subjects = {
            "an open sale": self.open,
            "a paid sale": self.paid,
            "a shift": self.shift,
            "a closed shift": self.closed,
            "a customer": self.customer,
        }
        return {"uid": subjects[about].uid} if about in subjects else {}


def make_things(till: Till, cashier: StaffMember, customer: Customer) -> Things:
    shift = till.shifts.filter(closed_at=None).first()
    if shift is None:
        earlier = open_shift(
            uid=uuid7(), till=till, opening_float=Decimal(50), actor=cashier
        )
        close_shift(uid=earlier.uid, counted_cash=Decimal(50), actor=cashier)
        shift = ShiftFactory(till=till, cashier=cashier)
    product = ProductFactory(company=till.company, is_tracked=False)
    paid = make_sale(shift, products=[product])
    pending = TenderInput("paynow", Decimal(10), is_pending=True)
    finalize_sale(uid=paid.uid, tenders=[pending], actor=cashier)
    paid.refresh_from_db()
    with_part = make_sale(shift, products=[product])
    return Things(
        till=till,
        closed=till.shifts.exclude(closed_at=None).get(),
        shift=shift,
        open=make_sale(shift, products=[product]),
        paid=paid,
        part=take_part(with_part, card(1)),
        customer=customer,
        proof=make_proof(till.company),
    )


def make_proof(company: Company) -> BooksProof:
    """A run of the checks that has found something, which is to be explained."""
    finding = Finding(1, ["S-000001"], [str(ANY["finding_hash"])])
    outcome = Outcome(CHECKS[0], {company.pk: finding})
    proof = Proof([outcome], now(), started_by="verify_books")
    [saved] = save_proof(proof=proof, companies=[company])
    return saved


@dataclass
class Actor:
    """A browser, its cookies after signing in, and what it asked last."""

    client: Client = field(
        default_factory=partial(Client, raise_request_exception=False)
    )
    cookies: dict[str, str] = field(default_factory=dict)
    device: Device | None = None

    def sign_in(self, person: StaffMember, till: Till | None) -> "Actor":
        self.client.force_login(person)
        if till is not None:
            self.device = enrol(self.client, till)
        self.cookies = {name: one.value for name, one in self.client.cookies.items()}
        return self

    def forget(self) -> None:
        """Have the cookies of after signing in again."""
        self.client.cookies.clear()
        for name, value in self.cookies.items():
            self.client.cookies[name] = value


@dataclass
class World:
    shop: Shop
    foreign: Shop
    own: Things
    other_outlet: Things
    other_company: Things
    actors: dict[str, Actor]

    def content(self, route: str, method: str, things: Things) -> dict | None:
        """What is sent to the address."""
        find = CONTENTS.get(f"{route} {method}") or (
            CONTENTS.get(route) if method == "POST" else None
        )
        return find(self, things) if find else None

    def things(self, whose: str) -> Things:
        return {OTHER_OUTLET: self.other_outlet, OTHER_COMPANY: self.other_company}.get(
            whose, self.own
        )

    def places(self, about: str, whose: str, mine: str) -> dict[str, object]:
        """What is in the places of an address about such a thing.

        ``mine`` is whose the things are of the company that asks.
        """
        if about in ROWS:
            place, name = ROWS[about]
            shop = self.foreign if whose == OTHER_COMPANY else self.shop
            is_thing = name in {"proof", "till"}
            row = getattr(self.things(whose) if is_thing else shop, name)
            return {place: MISSING_KEY if whose == MISSING else row.pk}
        places = self.things(whose).places(about)
        if whose == MISSING:
            places = dict.fromkeys(places, uuid7())
        if about == "a part payment" and whose not in {mine, OTHER_OUTLET}:
            # In the address of a basket that is there.
            places["uid"] = self.things(mine).part.sale.uid
        return places


def make_world() -> World:
    shop, foreign = make_back_office_shop(), make_back_office_shop()
    outlet = OutletFactory(company=shop.company, staff=())
    elsewhere = TillFactory(outlet=outlet)
    role = Role.objects.get(company=shop.company, code="cashier")
    there = StaffMemberFactory(
        company=shop.company, role=role, may=(), outlets=[outlet]
    )
    customer = Customer.objects.filter(company=shop.company).get()
    own = make_things(shop.till, shop.cashier, customer)
    away = make_things(elsewhere, there, customer)
    theirs = make_things(
        foreign.till, foreign.cashier, Customer.objects.get(company=foreign.company)
    )
    return World(
        shop=shop,
        foreign=foreign,
        own=own,
        other_outlet=away,
        other_company=theirs,
        actors=_make_actors(shop, foreign, there, elsewhere),
    )


def _make_actors(
    shop: Shop, foreign: Shop, there: StaffMember, elsewhere: Till
) -> dict[str, Actor]:
    disabled = StaffMemberFactory(
        company=shop.company, role=shop.owner.role, may=(), is_staff=True
    )
    administrator = StaffMember.objects.create_superuser(
        "administrator", "correct horse", name="K"
    )
    actors = {
        "nobody": Actor(),
        "cashier": Actor().sign_in(shop.cashier, shop.till),
        "supervisor": Actor().sign_in(shop.supervisor, shop.till),
        "owner": Actor().sign_in(shop.owner, shop.till),
        "administrator": Actor().sign_in(administrator, None),
        "cashier of another outlet": Actor().sign_in(there, elsewhere),
        "owner of another company": Actor().sign_in(foreign.owner, foreign.till),
        AT_OTHER_OUTLET: Actor().sign_in(shop.cashier, elsewhere),
        "cashier without a device": Actor().sign_in(shop.cashier, None),
        "cashier of a revoked device": Actor().sign_in(shop.cashier, shop.till),
        "disabled owner": Actor().sign_in(disabled, shop.till),
        "expired owner": Actor().sign_in(shop.owner, shop.till),
    }
    StaffMember.objects.filter(pk=disabled.pk).update(is_active=False)
    revoked = actors["cashier of a revoked device"].device
    revoke_device(device=revoked, actor=shop.owner)
    key = actors["expired owner"].client.session.session_key
    Session.objects.filter(pk=key).update(expire_date="2001-01-01T00:00Z")
    return actors


# Rows that an address of the back office names by their key.
ROWS = {
    "a row of a sale": ("object_id", "open"),
    "a row of a person": ("id", "supervisor"),
    "a row of a proof": ("object_id", "proof"),
    "a row of a till": ("object_id", "till"),
}
# What is sent, where an empty request is refused to everybody.
Content = Callable[[World, Things], dict[str, object]]
CONTENTS: dict[str, Content] = {
    "sales:operations": lambda world, things: {
        "operations": [
            {
                "id": str(uuid7()),
                "seq": things.open.last_seq + 1,
                "type": "add",
                "payload": {"code": world.shop.product.sku, "quantity": "1"},
            }
        ]
    },
    "sales:approvals": lambda world, things: {
        "id": str(uuid7()),
        "type": "discount_sale",
        "percent": "5",
        "amount": "",
        "reason": "Dented",
    },
    "sales:part_payments": lambda world, things: {
        "uid": str(uuid7()),
        "kind": "cash",
        "tendered": "1",
    },
    "sales:part_payment_return": lambda world, things: {"uid": str(uuid7())},
    "sales:finalization": lambda world, things: {
        "revision": things.open.revision,
        "tenders": [{"kind": "cash", "tendered": "10"}],
    },
    "sales:void": lambda world, things: {"reason": "Left"},
    "sales:exchange": lambda world, things: {
        "exchange": {
            "uid": str(uuid7()),
            "original": str(things.paid.uid),
            "lines": [
                {"line": str(things.line.uid), "quantity": "1", "is_restocked": True}
            ],
            "reason": "unwanted",
            "own_reason": "",
            "kind": "",
            "reference": "",
        },
        "tenders": [],
        "revision": things.open.revision,
    },
    "sales:tender_confirmation": lambda world, things: {
        "uid": uuid7(),
        "reference": "FT 42",
    },
    "sales:tender_correction": lambda world, things: {
        "uid": uuid7(),
        "kind": "card",
        "reference": "056012",
        "reason": "Wrong button",
    },
    "sales:refunds": lambda world, things: {
        "uid": uuid7(),
        "reason": "unwanted",
        "kind": "",
        "line": [things.line.uid],
        f"quantity-{things.line.uid}": "1",
        f"restocked-{things.line.uid}": "true",
    },
    "sales:shift_movements": lambda world, things: {
        "uid": uuid7(),
        "kind": "pay_in",
        "amount": "5.00",
        "reason": "Change",
    },
    "sales:shift_no_sale": lambda world, things: {"uid": uuid7(), "reason": "Jam"},
    "sales:shift_count": lambda world, things: {"uid": uuid7(), "amount": "100.00"},
    "sales:shift_close": lambda world, things: {"variance_reason": "Miscount"},
    "sales:exchange GET": lambda world, things: {"original": things.paid.uid},
    "sales:row_of_receipt GET": lambda world, things: {"code": world.shop.product.sku},
    "sales:row_without_receipt GET": lambda world, things: {
        "code": world.shop.product.sku
    },
    "admin:sales_booksproof_explanation": lambda world, things: {"reason": "Known"},
    "admin:autocomplete GET": lambda world, things: {
        "app_label": "pos",
        "model_name": "product",
        "field_name": "category",
    },
    "customers:edit": lambda world, things: {"name": "Tan", "code": "M77"},
    "customers:adjustment": lambda world, things: {
        "uid": uuid7(),
        "points": "5",
        "reason": "Birthday",
    },
    "customers:new": lambda world, things: {"uid": uuid7(), "name": "Lim"},
    "customers:quick_add": lambda world, things: {"uid": uuid7(), "name": "Lim"},
    "pos:till_choice": lambda world, things: {"uid": uuid7(), "till": things.till.uid},
}
JSON = frozenset(
    {
        *("sales:operations", "sales:part_payments", "sales:part_payment_return"),
        *("sales:finalization", "sales:void", "sales:exchange", "sales:approvals"),
    }
)
