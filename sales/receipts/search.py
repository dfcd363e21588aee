"""Search: finds receipts by number, amount or customer, the newest first.

First the keys of a page are found, each way by an index of its own and no further than
the page; then the rows of these keys are read, with what the list shows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Prefetch, Q

from customers.models.search import build_search_condition
from pos.core.found_keys import FEW_MAX, is_any_of, is_one_of
from pos.core.keyset import KeyedPage, Order, fill_page, read_place
from pos.core.receipt_numbers import is_receipt_number
from pos.models import Till
from sales.models import Sale, Tender
from sales.models.sale_queryset import SaleQuerySet

PAGE = 50
AMOUNT = re.compile(r"\A\d{1,9}\.\d{1,3}\Z", re.ASCII)
KEY = ("finalized_at", "pk")
NEWEST_FIRST = Order(KEY)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; of this till today, unless ``everywhere``."""

    words: str = ""
    everywhere: bool = False
    only_pending: bool = False
    only_refunds: bool = False

    @property
    def is_everywhere(self) -> bool:
        return self.everywhere or bool(
            self.words or self.only_pending or self.only_refunds
        )


def find_receipts(
    till: Till, search: Search, address: Mapping[str, str], *, at: datetime
) -> KeyedPage[Sale]:
    """Return the receipts that match, a page of them at the place of the address.

    ``at`` is the moment that says which day today is.
    """
    everything = Sale.objects.of_company(till.company_id).finalized()
    narrow = _narrow_by(till, search)
    ways = [way.filter(narrow) for way in _list_ways(till, search, at)]
    few: list[SaleQuerySet] = []
    of_customers = _find_of_customers(till, search)
    if of_customers is not None:
        of_customers = of_customers.filter(narrow)
        (few if _are_few(of_customers) else ways).append(of_customers)
    if search.only_pending:
        ways, few = [], [*ways, *few]

    def find(order: Order, condition: Q) -> list[Sale]:
        found: list[tuple[datetime, int]] = []
        for way in ways:
            keys = way.filter(condition).order_by(*order.terms)
            found += keys.values_list(*KEY)[: PAGE + 1]
        for way in few:
            found += way.filter(condition).order_by().values_list(*KEY)
        shown = sorted(set(found), reverse=order.falls)[: PAGE + 1]
        return list(_load([pk for _, pk in shown], order))

    place = read_place(address, everything)
    return fill_page(find, place, order=NEWEST_FIRST, size=PAGE)


def _are_few(sales: SaleQuerySet) -> bool:
    """Whether all can be read for one page, and sorted here.

    Asked for in the order of time, the database may look for few among all sales,
    because it expects them to be spread evenly.
    """
    return len(sales.order_by().values_list("pk")[: FEW_MAX + 1]) <= FEW_MAX


def _load(keys: list[int], order: Order) -> SaleQuerySet:
    """Return the sales with what the list shows of each."""
    sales = Sale.objects.filter(pk__in=keys).order_by(*order.terms)
    sales = sales.select_related("customer", "original", "till__outlet__company")
    tenders = Prefetch("tenders", Tender.objects.with_outcomes())
    return sales.with_refunds().prefetch_related(tenders)


def _narrow_by(till: Till, search: Search) -> Q:
    condition = Q()
    if search.only_pending:
        pending = Tender.objects.of_company(till.company_id).pending()
        keys = pending.order_by().values_list("sale_id", flat=True)
        condition &= is_any_of("pk", list(keys))
    if search.only_refunds:
        condition &= Q(kind=Sale.Kind.REFUND)
    return condition


def _list_ways(till: Till, search: Search, at: datetime) -> list[SaleQuerySet]:
    """Return the sales found in each way but by customers, each by an index in order.

    A sale may be found in several.
    """
    sales = Sale.objects.of_company(till.company_id).finalized()
    words = search.words
    if not search.is_everywhere:
        today = till.outlet.business_date(at)
        # The index is by time, and no business date is longer than this.
        lately = at - timedelta(days=2)
        return [sales.filter(till=till, business_date=today, finalized_at__gte=lately)]
    if not words:
        return [sales]
    if is_receipt_number(words):
        return [sales.filter(receipt_number__in=[words, words.upper()])]
    if AMOUNT.match(words):
        amount = Decimal(words)
        amounts = {amount, -amount}
        return [way for typed in amounts for way in _with_amount(sales, typed)]
    ways = []
    if words.isascii() and words.isdigit() and len(words) < 9:
        tills = list(Till.objects.of_company(till.company_id).values_list("pk"))
        numbered = {"till__in": [pk for (pk,) in tills], "kind__in": Sale.Kind.values}
        ways.append(sales.filter(number=int(words), **numbered))
    return ways


def _find_of_customers(till: Till, search: Search) -> SaleQuerySet | None:
    """Return the sales of the customers that words find, unless these are figures."""
    words = search.words
    is_figure = is_receipt_number(words) or AMOUNT.match(words)
    if not words or is_figure:
        return None
    customers = till.company.customers.filter(build_search_condition(words))
    sales = Sale.objects.of_company(till.company_id).finalized()
    return sales.filter(is_one_of("customer", customers))


def _with_amount(sales: SaleQuerySet, amount: Decimal) -> list[SaleQuerySet]:
    """Each of the sums on its paper: total, paid, and to pay."""
    return [
        sales.filter(total=amount),
        sales.filter(~Q(due=F("total")), due=amount),
        sales.alias(to_pay=F("due") - F("rounding")).filter(
            ~Q(deposits=0, issued=0), to_pay=amount
        ),
    ]
