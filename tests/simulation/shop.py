"""Simulated shop: its rows in the database, and the plain model of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid5

from customers.models import Customer, LoyaltyProgramme
from pos.access import roles
from pos.core.money import CashRounding, TaxRounding
from pos.models import (
    Company,
    ContainerDeposit,
    Limit,
    Outlet,
    Product,
    Restriction,
    StaffMember,
    Till,
)
from pos.models.limits import LimitedAct
from pos.stock.receive import receive_stock
from sales.models import Shift
from tests.simulation.arithmetic import VOUCHER, Rules
from tests.simulation.choices import Choices
from tests.simulation.model import PlainShop
from tests.simulation.rows import PlainProduct, PlainTill
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    RestrictionFactory,
    make_shop,
)
from tests.support.vouchers import VoucherKindFactory

SPACE = UUID("6d1a2c0e-8f43-5b7e-9c55-0e2f7a51d9b4")

# A Monday, eight o'clock in Singapore.
MORNING = datetime(2025, 6, 16, 0, 0, tzinfo=UTC)

# In minor units: how far a cashier's drawer may be off.
VARIANCE_MAX = 100

CUSTOMERS = ("AMY", "BEN", "CHEN")
TILLS = ("1", "2")

# SKU, price in minor units, tax code, unit, is_tracked, when_out, and how many are
# delivered. The price of OPEN is asked for at the till.
PRODUCTS = (
    ("MILK", 325, "SR", "each", True, "warn", 30),
    ("RICE", 1290, "ZR", "each", True, "warn", 12),
    ("LAST", 499, "SR", "each", True, "refuse", 6),
    ("FISH", 2390, "SR", "kg", True, "allow", 3),
    ("CENT", 2, "SR", "each", True, "warn", 100),
    ("KOPI", 180, "ES33", "each", False, "warn", 0),
    ("GIFT", 0, "SR", "each", False, "warn", 0),
    ("OPEN", 0, "SR", "each", False, "warn", 0),
    ("CHEF", 19_995, "SR", "each", True, "refuse", 4),
)


# The containers of one piece, of those that have any.
CONTAINERS = {"MILK": 1, "LAST": 6, "GIFT": 2}
# What vouchers do not pay for.
NO_VOUCHERS = {"LAST", "FISH"}


@dataclass(slots=True)
class Shop:
    """The rows that the services are called with, by the model's names of them."""

    company: Company
    outlet: Outlet
    cashier: StaffMember
    owner: StaffMember
    tills: dict[str, Till]
    products: dict[str, Product]
    customers: dict[str, Customer]

    def money(self, amount: int) -> Decimal:
        """Turn minor units into the amount that the services take."""
        return Decimal(amount).scaleb(-self.company.currency_places)

    def shift(self, uid: UUID) -> Shift:
        return Shift.objects.get(company=self.company, uid=uid)


def make_simulated_shop(seed: int, choose: Choices) -> tuple[Shop, PlainShop]:
    """Make a company with code SIM<seed>, and the model of it.

    How it rounds, taxes and gives points is chosen. Whatever a receipt shows follows
    from the seed, uids included, so that a day can be repeated.
    """
    company, rate = _company(seed, choose)
    deposit = _deposit(company, seed)
    programme = _programme(company, choose)
    excluding = _vouchers(company, seed)
    shop = _rows(company, excluding)
    plain = PlainShop(
        rules=_rules(company, programme, rate),
        products={
            sku: PlainProduct(
                sku=sku,
                price=price,
                tax_code=code if company.gst_number else "NG",
                is_whole=unit == "each",
                is_tracked=is_tracked,
                when_out=when_out,
                asks_price=sku == "OPEN",
                deposit=CONTAINERS.get(sku, 0) * deposit,
                takes_vouchers=sku not in NO_VOUCHERS,
            )
            for sku, price, code, unit, is_tracked, when_out, _ in PRODUCTS
        },
        tills={code: PlainTill(code) for code in TILLS},
        points=dict.fromkeys(CUSTOMERS, 0),
    )
    _stock_up(shop, plain)
    return shop, plain


def _company(seed: int, choose: Choices) -> tuple[Company, Decimal]:
    """The company, and the standard tax rate of the simulated day."""
    places = choose.among((2, 2, 2, 2, 0, 3))
    is_registered = not choose.once_in(5)
    company = CompanyFactory(
        uid=uuid5(SPACE, f"company {seed}"),
        code=f"SIM{seed}",
        name=f"Simulated shop {seed}",
        currency={0: "JPY", 2: "SGD", 3: "KWD"}[places],
        currency_places=places,
        gst_number="M9-0000000-X" if is_registered else "",
        gst_registered_on=date(2010, 1, 1) if is_registered else None,
        prices_include_tax=not choose.once_in(4),
        tax_rounding=choose.among([rounding.value for rounding in TaxRounding]),
        cash_rounding=choose.among([rounding.value for rounding in CashRounding]),
        cash_rounding_step=Decimal(5).scaleb(-places),
        accepted_tenders=["cash", "card", "paynow"],
    )
    rate = choose.among((Decimal("0.09"), Decimal("0.07"), Decimal("0.19875")))
    # Later than every shipped rate, and so the one that counts.
    company.tax_rates.create(tax_code="SR", rate=rate, valid_from=date(2025, 1, 1))
    return company, rate


def _deposit(company: Company, seed: int) -> int:
    """The deposit on a container; none where the company charges none."""
    company.charges_container_deposits = seed % 4 > 0
    company.save(update_fields=["charges_container_deposits"])
    amount = 10 if seed % 3 else 7
    ContainerDeposit.objects.create(
        company=company,
        amount=Decimal(amount).scaleb(-company.currency_places),
        valid_from=date(2025, 1, 1),
    )
    return amount if company.charges_container_deposits else 0


def _vouchers(company: Company, seed: int) -> Restriction:
    """Make the kind of voucher; return the restriction of goods that it excludes."""
    kind = VoucherKindFactory(company=company, code=VOUCHER, pays_deposits=seed % 2 > 0)
    excluded = RestrictionFactory(company=company, name="No vouchers")
    kind.exclusions.create(company=company, restriction=excluded)
    return excluded


def _programme(company: Company, choose: Choices) -> LoyaltyProgramme:
    def money(*amounts: int) -> Decimal:
        return Decimal(choose.among(amounts)).scaleb(-company.currency_places)

    return LoyaltyProgrammeFactory(
        company=company,
        amount_per_point=money(1000, 100, 750),
        point_value=money(10, 5, 33, 0),
        redeem_min=choose.among((1, 5)),
        may_go_negative=choose.among((True, False)),
    )


def _rules(company: Company, programme: LoyaltyProgramme, rate: Decimal) -> Rules:
    def minor(amount: Decimal) -> int:
        return int(amount.scaleb(company.currency_places))

    return Rules(
        places=company.currency_places,
        includes_tax=company.prices_include_tax,
        taxes_each_line=company.tax_rounding == "line",
        step=minor(company.cash_rounding_step),
        rounding=company.cash_rounding,
        tax={
            "SR": Fraction(rate),
            **dict.fromkeys(("ZR", "ES33", "NG"), Fraction(0)),
        },
        amount_per_point=minor(programme.amount_per_point),
        point_value=minor(programme.point_value),
        redeem_min=programme.redeem_min,
        may_go_negative=programme.may_go_negative,
        accepted=(*company.accepted_tenders, VOUCHER),
        vouchers_pay_deposits=company.voucher_kinds.get().pays_deposits,
        variance_max=VARIANCE_MAX,
        # A thousand of the largest note, and ten of it.
        typed_max={"SGD": 10_000_000, "JPY": 10_000_000, "KWD": 20_000_000}[
            company.currency
        ],
        change_limit={"SGD": 100_000, "JPY": 100_000, "KWD": 200_000}[company.currency],
    )


def _rows(company: Company, excluding: Restriction) -> Shop:
    def uid(name: str) -> UUID:
        return uuid5(company.uid, name)

    base = make_shop(
        company,
        outlet={"uid": uid("outlet"), "code": "MAIN", "name": company.name},
        tills=[
            {"uid": uid(f"till {code}"), "code": code, "name": f"Till {code}"}
            for code in TILLS
        ],
        staff={
            role: {
                "uid": uid(role),
                "username": f"{company.code}-{role}",
                "name": role.capitalize(),
            }
            for role in (roles.CASHIER, roles.OWNER)
        },
        products=[
            {
                "uid": uid(f"product {sku}"),
                "sku": sku,
                "name": sku.capitalize(),
                "price": Decimal(price).scaleb(-company.currency_places),
                "is_open_price": sku == "OPEN",
                "tax_code": code,
                "unit": unit,
                "containers": CONTAINERS.get(sku, 0),
                "restriction": excluding if sku in NO_VOUCHERS else None,
                "is_tracked": is_tracked,
                "when_out": when_out,
            }
            for sku, price, code, unit, is_tracked, when_out, _ in PRODUCTS
        ],
    )
    Limit.objects.create(
        company=company,
        role=base.staff[roles.CASHIER].role,
        act=LimitedAct.VARIANCE,
        value=Decimal(VARIANCE_MAX).scaleb(-company.currency_places),
    )
    customers = [
        CustomerFactory(
            uid=uid(f"customer {code}"), company=company, code=code, name=code
        )
        for code in CUSTOMERS
    ]
    return Shop(
        company=company,
        outlet=base.outlet,
        cashier=base.staff[roles.CASHIER],
        owner=base.staff[roles.OWNER],
        tills={till.code: till for till in base.tills},
        products={product.sku: product for product in base.products},
        customers={customer.code: customer for customer in customers},
    )


def _stock_up(shop: Shop, plain: PlainShop) -> None:
    """Receive the first delivery, in the books and in the model."""
    delivered = {sku: many for sku, *_, is_tracked, _, many in PRODUCTS if is_tracked}
    receive_stock(
        uid=uuid5(shop.company.uid, "first delivery"),
        outlet=shop.outlet,
        quantities={shop.products[sku].pk: Decimal(n) for sku, n in delivered.items()},
        reason="",
        actor=shop.owner,
        at=MORNING,
    )
    plain.stock = {sku: many * 1000 for sku, many in delivered.items()}
    plain.wrote("stock", len(delivered))
