"""Locks: the queries that lock the rows of a sale, in the order in which they lock.

Each of them is a ``select_for_update`` that ``LockableQuerySet.locked()`` has added
(FOR NO KEY UPDATE, lowest key first), and its SQL is made once. Every transaction
takes its locks in this order, so that no two of them can block each other:

1. the sale. A refund locks its own row first, then its original;
2. the lines of a refund's original. Other lines need no lock: their sale has it;
3. the till, whose lock also keeps its shift from being closed meanwhile;
4. the customer: ``CUSTOMER`` in ``customers/points/ledger.py``;
5. the stock items: ``lock_stock_items`` in ``pos/stock/issue.py``;
6. the head of the audit trail: ``pos/access/audit.py``;
7. what products sold: first the days, then the months, each by date, outlet and
   product: ``sales/shifts/roll_up.py``, at a close alone.

The rows that most transactions want come last and are held for the shortest time.
Companies and products, which only changes of master data lock, come before all these.
``tests/support/lock_order.py`` checks the order at every test of a service.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from pos.core.errors import NotOfThisCompanyError
from pos.core.prepared import Param, Prepared
from pos.models import Till
from sales.errors import NoOpenShiftError
from sales.models import Sale, SaleLine, Shift

# Its till is not joined, since a sale that moves to another one meanwhile would not be
# found; but it never moves to another outlet.
_OUTLET_ID = Subquery(Till.objects.filter(pk=OuterRef("till_id")).values("outlet_id"))
_SALES = Sale.objects.filter(company_id=Param("company_id"), uid=Param("uid")).annotate(
    outlet_id=_OUTLET_ID
)
SALE = Prepared(_SALES.locked())
BASKET = Prepared(_SALES.select_related("customer").locked())
ORIGINAL = Prepared(Sale.objects.filter(pk=Param("pk")).locked())

# Not locked: the lock of their sale, taken before, is also theirs.
_LINES = (
    SaleLine.objects.active()
    .filter(sale_id=Param("sale_id"))
    .select_related("product")
    .defer("product__description")
    .order_by("position")
)
LINES = Prepared(_LINES)
LINES_WITH_RATES = Prepared(_LINES.with_rates_in_force(Param("day")).with_restriction())
ORIGINAL_LINES = Prepared(
    SaleLine.objects.active()
    .filter(sale_id=Param("sale_id"))
    .select_related("product")
    .defer("product__description")
    .with_restriction()
    .locked()
)

TILL = Prepared(
    Till.objects.filter(company_id=Param("company_id"), pk=Param("pk"))
    .select_related("company", "outlet")
    .locked()
)
# Not locked: no shift is opened or closed without the lock of its till.
OPEN_SHIFT = Prepared(Shift.objects.open().filter(till_id=Param("till_id")))


def lock_basket(uid: UUID, *, company_id: int) -> tuple[Sale, datetime] | None:
    """Lock the sale, if there is one; return it, and the database's time.

    It comes with its customer, who may be attached while it is waited for. Its till is
    not joined: a sale that moves to another meanwhile would not be found. The time is
    that since it was locked.
    """
    return BASKET.first_with_time(uid=uid, company_id=company_id)


def lock_till(pk: int, *, company_id: int | None) -> Till:
    """Lock the till; return it with its outlet, which has its company.

    ``locked_at`` is the database's time once it was locked, by which ``document_time``
    dates what is written now. Who waited for the till is later than who did not.

    Raises NotOfThisCompanyError when it is another company's.
    """
    locked = TILL.first_with_time(pk=pk, company_id=company_id)
    if locked is None:
        raise NotOfThisCompanyError(thing=Till._meta.verbose_name)
    till, locked_at = locked
    till.locked_at = locked_at
    till.outlet.company = till.company
    return till


def lock_till_with_open_shift(pk: int, *, company_id: int | None) -> tuple[Till, Shift]:
    """Lock the till; return it with the shift that is open there.

    Raises NotOfThisCompanyError or NoOpenShiftError.
    """
    till = lock_till(pk, company_id=company_id)
    return till, require_open_shift(till)


def require_open_shift(till: Till) -> Shift:
    """Return the open shift of a locked till, or raise NoOpenShiftError."""
    shift = OPEN_SHIFT.first(till_id=till.pk)
    if shift is None:
        raise NoOpenShiftError(till=till)
    return shift
