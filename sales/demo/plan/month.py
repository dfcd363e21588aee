"""Month: plans a month of demo sales before any of it is written.

The same seed and day give the same plan.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from random import Random

from pos.access.demo_staff import ARJUN, HAFIZ, MEI_LING
from sales.demo.plan.customers import CUSTOMERS
from sales.demo.plan.discounts import Discounts
from sales.demo.plan.facts import PlannedLine, PlannedSale, PlannedShift
from sales.demo.plan.goods import BY_WEIGHT, PRODUCTS, DemoProduct
from sales.demo.plan.mistakes import Mistakes
from sales.demo.plan.pending_transfers import leave_last_transfer_pending
from sales.demo.plan.refunds import Returns

TILLS = ("1", "2")
FLOAT = Decimal(200)

# How busy each hour is: breakfast, lunch, and the way home.
HOURS = {
    7: 5,
    8: 7,
    9: 5,
    10: 3,
    11: 3,
    12: 6,
    13: 4,
    14: 2,
    15: 2,
    16: 3,
    17: 6,
    18: 8,
    19: 6,
    20: 4,
    21: 1,
}
OPENS, CLOSES = time(6, 55), time(22, 5)
# At breakfast people want coffee and toast, not detergent.
BREAKFAST = frozenset({"KOPI", "KOK", "TEH", "TCP", "KTS", "CPF"})
# How many different things are in a basket.
SIZES = {1: 16, 2: 22, 3: 20, 4: 15, 5: 10, 6: 7, 7: 4, 8: 3, 10: 2, 13: 1}
WAYS_TO_PAY = {
    "cash": 39,
    "card": 26,
    "nets": 8,
    "paynow": 20,
    "card and cash": 4,
    "voucher": 3,
}
# Days from one exchange at the second till to the next; one was yesterday.
EXCHANGE_EVERY = 3
# One basket in so many has a line that is taken off again.
TAKEN_OFF_ONE_IN = 18
# The drawer is right on most days.
VARIANCES = ("0", "0", "0", "0", "0", "-0.50", "0.10", "-2.00", "1.00", "-0.05")

# The cashier of the second till on each day of the week.
SECOND_TILL = (ARJUN, ARJUN, ARJUN, HAFIZ, ARJUN, ARJUN, HAFIZ)


class Month:
    """The shifts of the days before today, and of this morning.

    ``sales_of_shift`` is the fewest and the most sales of a shift from Monday to
    Friday; at the weekend there are four more.
    """

    def __init__(
        self,
        *,
        seed: str,
        today: date,
        zone: tzinfo,
        days: int,
        sales_of_shift: tuple[int, int] = (20, 26),
    ) -> None:
        self.today = today
        self.zone = zone
        self.sales_of_shift = sales_of_shift
        # Not for secrets: the same seed must give the same shop.
        self.random = Random(f"{seed} {today}")  # noqa: S311
        self.reductions = Discounts(f"{seed} {today}")
        self.returns = Returns(f"{seed} {today}")
        self.mistakes = Mistakes(f"{seed} {today}")
        # Of its own, so that the sales do not change.
        self.pace = Random(f"pace {seed} {today}")  # noqa: S311
        self.days = [today - timedelta(days=n) for n in range(days, 0, -1)]
        self.shifts = [
            self._shift(day, till, self._count_of_sales(day))
            for day in self.days
            for till in TILLS
        ]
        self.morning = self._morning()
        for shift in self.shifts:
            self._add_other_acts(shift)

    def demand(self, since: date, until: date) -> dict[str, Decimal]:
        """Return the quantity of each SKU sold from ``since`` to before ``until``."""
        sold: dict[str, Decimal] = {}
        for shift in [*self.shifts, self.morning]:
            if since <= shift.opens_at.date() < until:
                for sale in shift.sales:
                    for line in sale.lines:
                        sku = line.product.sku
                        sold[sku] = sold.get(sku, Decimal(0)) + line.quantity
        return sold

    def shifts_of(self, day: date) -> list[PlannedShift]:
        return [shift for shift in self.shifts if shift.opens_at.date() == day]

    def moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone)

    def _count_of_sales(self, day: date) -> int:
        """Return how many there are, four more at the weekend."""
        count = self.random.randint(*self.sales_of_shift)
        return count + (4 if day.weekday() >= 5 else 0)

    def _shift(self, day: date, till: str, count: int) -> PlannedShift:
        shift = PlannedShift(
            key=f"{day} {till}",
            till=till,
            cashier=MEI_LING if till == TILLS[0] else SECOND_TILL[day.weekday()],
            opens_at=self.moment(day, OPENS),
            closes_at=self.moment(day, CLOSES),
            variance=Decimal(self.random.choice(VARIANCES)),
        )
        times = sorted(self._times(day, count))
        for number, at in enumerate(times):
            shift.sales.append(self._sale(f"{shift.key} {number}", at))
        return shift

    def _add_other_acts(self, shift: PlannedShift) -> None:
        """Add what happens at the till besides sales.

        One transfer of yesterday is still pending.
        """
        days_ago = (self.today - shift.opens_at.date()).days
        is_first = shift.till == TILLS[0]
        leave_last_transfer_pending(shift, is_seen=days_ago > 1 or not is_first)
        shift.other_acts.extend(self.returns.refunds(shift))
        if is_first:
            shift.other_acts.extend(self.mistakes.corrections(shift))
        elif days_ago % EXCHANGE_EVERY == 1:
            shift.other_acts.extend(self.returns.exchange(shift))
        shift.other_acts.extend(self.mistakes.voids(shift))

    def _morning(self) -> PlannedShift:
        """Plan today's first sales, at the first till."""
        shift = self._shift(self.today, TILLS[0], 0)
        at = self.moment(self.today, time(7, 2))
        for number in range(6):
            at += timedelta(seconds=self.random.randint(120, 600))
            shift.sales.append(self._sale(f"{shift.key} {number}", at, is_scarce=True))
        return shift

    def _times(self, day: date, count: int) -> Iterator[datetime]:
        for hour in self.random.choices(
            list(HOURS), weights=list(HOURS.values()), k=count
        ):
            at = time(hour, self.random.randrange(60), self.random.randrange(60))
            yield self.moment(day, at)

    def _sale(self, key: str, at: datetime, *, is_scarce: bool = False) -> PlannedSale:
        is_member = self.random.random() < 0.4
        [customer] = self.random.choices(
            CUSTOMERS, weights=[customer.visits for customer in CUSTOMERS]
        )
        [way_to_pay] = self.random.choices(
            list(WAYS_TO_PAY), weights=list(WAYS_TO_PAY.values())
        )
        lines = tuple(self._lines(at, is_scarce=is_scarce))
        discounts, redeems_points = self.reductions.of(lines, at, is_member=is_member)
        return PlannedSale(
            key=key,
            at=at,
            lines=lines,
            customer=customer.code if is_member else "",
            way_to_pay=way_to_pay,
            reference=f"{self.random.randrange(10**6):06}",
            note=self.random.randrange(3),
            discounts=discounts,
            redeems_points=redeems_points,
            took=self._time(len(lines)),
            taken_off=self._change_of_mind(lines),
        )

    def _change_of_mind(self, lines: tuple[PlannedLine, ...]) -> DemoProduct | None:
        """Return what a customer does not want after all, in few baskets."""
        if self.pace.randrange(TAKEN_OFF_ONE_IN):
            return None
        bought = {line.product.sku for line in lines}
        drinks = [p for p in PRODUCTS if p.sku in BREAKFAST and p.sku not in bought]
        return self.pace.choice(drinks) if drinks else None

    def _time(self, count: int) -> timedelta:
        """Return how long a basket of so many lines takes, with its payment."""
        scanning = sum(self.pace.randint(2, 7) for _line in range(count))
        return timedelta(seconds=scanning + self.pace.randint(9, 40))

    def _lines(self, at: datetime, *, is_scarce: bool) -> Iterator[PlannedLine]:
        [size] = self.random.choices(list(SIZES), weights=list(SIZES.values()))
        is_breakfast = at.hour < 10
        weights = {
            product: product.often
            * (6 if is_breakfast and product.sku in BREAKFAST else 1)
            for product in PRODUCTS
            # This morning sells no counted product: its stock stays as it was counted.
            if product.often and not (is_scarce and product.on_hand is not None)
        }
        if is_breakfast:
            size = min(size, 4)
        chosen = self.random.choices(
            list(weights), weights=list(weights.values()), k=size
        )
        for product in dict.fromkeys(chosen):
            price = product.price
            if product.is_open_price:
                price = Decimal(self.random.randrange(50, 1000, 10)) / 100
            yield PlannedLine(product, self._quantity(product), price)

    def _quantity(self, product: DemoProduct) -> Decimal:
        if product.unit == BY_WEIGHT:
            return Decimal(self.random.randrange(220, 1450)) / 1000
        return Decimal(self.random.choice((1, 1, 1, 1, 1, 1, 2, 2, 3)))
