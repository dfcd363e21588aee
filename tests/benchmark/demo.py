"""Demo: the shop that ``make run`` serves, with a till, a person and goods to sell."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.management import call_command

from pos.access.demo_staff import OWNER_OF_SHOP, PASSWORD
from pos.core.ids import uuid7
from pos.models import Barcode, Product, StaffMember, Till
from pos.stock.receive import receive_stock
from sales.shifts.open import open_shift
from tests.benchmark.browser import Browser

DAYS = 9
CODES = 12
# So many of each are there that none runs out.
STOCK = Decimal(10_000)


@dataclass(frozen=True)
class Selling:
    """A till that is open, and what is scanned at it."""

    till: Till
    codes: list[str]


def make_demo_shop() -> Selling:
    """Make the demo shop after a few days, and open its second till."""
    call_command("create_demo_shop", f"--days={DAYS}", verbosity=0)
    till = Till.objects.select_related("company", "outlet").order_by("pk")[1]
    owner = StaffMember.objects.get(username=OWNER_OF_SHOP.username)
    open_shift(uid=uuid7(), till=till, opening_float=Decimal(200), actor=owner)
    # What asks nothing and is sold by the piece.
    products = Product.objects.filter(
        is_active=True,
        is_tracked=True,
        is_open_price=False,
        unit=Product.Unit.EACH,
        restriction=None,
        category__restriction=None,
        is_favourite=False,
    )
    barcodes = list(
        Barcode.objects.filter(product__in=products)
        .select_related("product")
        .order_by("code")[:CODES]
    )
    receive_stock(
        uid=uuid7(),
        outlet=till.outlet,
        quantities={barcode.product_id: STOCK for barcode in barcodes},
        reason="",
        actor=owner,
    )
    return Selling(till, [barcode.code for barcode in barcodes])


def sign_in(port: int, till: Till) -> dict[str, str]:
    """Return the cookies of a browser that is a device of the till."""
    browser = Browser(port)
    browser.get("/sign-in/")
    browser.post_form("/sign-in/", username=OWNER_OF_SHOP.username, password=PASSWORD)
    browser.post_form("/till/choice/", uid=str(uuid7()), till=str(till.uid))
    browser.close()
    return browser.cookies
