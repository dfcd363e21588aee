"""Summary: adds up the sales, tenders and cash movements of a shift."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from customers.models import PointsEntry
from pos.core.money import ZERO
from pos.models import TenderKind
from pos.models.tender_kind import order_of_kind
from sales.models import (
    CashMovement,
    PartPayment,
    Sale,
    SaleLine,
    Shift,
    ZReport,
)
from sales.shifts.figures import (
    CashFigures,
    Counts,
    DeviceFigures,
    HeldFigures,
    ShiftFigures,
    TaxFigures,
    TenderFigures,
    sum_cash_held,
)
from sales.shifts.sums import HOURS, TAXES, TENDERS, add_up

SALE, REFUND = Sale.Kind.SALE, Sale.Kind.REFUND
OF_SALES = Q(kind=SALE, status=Sale.Status.FINALIZED)
OF_REFUNDS = Q(kind=REFUND, status=Sale.Status.FINALIZED)


def sum_shift(shift: Shift) -> ShiftFigures:
    """Add up a shift so far, in thirteen queries; nothing is changed.

    The figures are consistent only where nothing can sell meanwhile: under the
    till's lock, or in a snapshot.
    """
    last = _find_shift_before(shift)
    sums = _sum_sales(shift, last)
    tenders = _sum_tenders(shift)
    moved = _sum_movements(shift)
    earned, redeemed = _sum_points(shift)
    hours = _sum_hours(shift)
    held = _sum_part_payments(shift)
    cash = next((t for t in tenders if t.kind == TenderKind.CASH), None)
    return ShiftFigures(
        gross=hours["gross"],
        discounts=hours["discounts"],
        points_value=hours["points_value"],
        refunds=hours["refunds"],
        rounding=hours["rounding"],
        deposits_charged=hours["deposits_charged"],
        deposits_returned=hours["deposits_returned"],
        counts=Counts(
            sales=hours["receipts"],
            refunds=hours["refund_receipts"],
            voids=sums["voids"],
            no_sales=moved["no_sales"],
            movements=moved["movements"],
            corrections=shift.tender_corrections.count(),
            refused_cash_outs=shift.refused_cash_outs.count(),
        ),
        **_find_receipts(shift, sums),
        taxes=_sum_taxes(shift),
        tenders=tenders,
        points_earned=earned,
        points_redeemed=redeemed,
        cash=CashFigures(
            opening_float=shift.opening_float,
            sales=cash.taken if cash else ZERO,
            refunds=cash.refunds if cash else ZERO,
            corrected=cash.corrected if cash else ZERO,
            paid_in=moved["paid_in"],
            paid_out=moved["paid_out"],
            dropped=moved["dropped"],
            counted=shift.counted_cash,
            since_last_count=_compare_with_last_count(shift, last),
            held=sum_cash_held(held),
        ),
        grand_total_before=_read_grand_total_before(shift),
        held=held,
        devices=_sum_devices(shift),
    )


def count_discounted(shift: Shift) -> int:
    """Return how many sales of a shift have a discount, on a line or on the sale."""
    lines = SaleLine.objects.active().filter(
        Q(line_discount__gt=0) | Q(sale_discount__gt=0),
        sale__shift=shift,
        sale__kind=SALE,
        sale__status=Sale.Status.FINALIZED,
    )
    return lines.aggregate(sales=Count("sale", distinct=True))["sales"]


def _find_shift_before(shift: Shift) -> Shift | None:
    """Return the shift before this one at the till."""
    return Shift.objects.at_till(shift.till_id).filter(pk__lt=shift.pk).first()


def _match_sales(shift: Shift, last: Shift | None) -> Q:
    """Return which sales are the shift's: also those voided since the last one."""
    return Q(shift=shift) | Q(
        till=shift.till_id,
        shift=None,
        status=Sale.Status.VOIDED,
        voided_after=last,
    )


def _sum_hours(shift: Shift) -> dict[str, Any]:
    """Return what the hours of the shift come to together."""
    hours = add_up(HOURS, shift.pk)
    together: dict[str, Any] = {
        name: sum((row[name] for row in hours), ZERO) for name in HOURS.values
    }
    for count in ("receipts", "refund_receipts"):
        together[count] = int(together[count])
    return together


def _sum_sales(shift: Shift, last: Shift | None) -> dict[str, Any]:
    return Sale.objects.filter(_match_sales(shift, last)).aggregate(
        voids=Count("pk", filter=Q(status=Sale.Status.VOIDED)),
        first_sale=Min("number", filter=OF_SALES),
        last_sale=Max("number", filter=OF_SALES),
        first_refund=Min("number", filter=OF_REFUNDS),
        last_refund=Max("number", filter=OF_REFUNDS),
    )


def _find_receipts(shift: Shift, sums: dict[str, Any]) -> dict[str, str]:
    """Return the first and last receipt numbers of sales and of refunds."""
    sold = Q(kind=SALE, number__in=[sums["first_sale"], sums["last_sale"]])
    paid_back = Q(kind=REFUND, number__in=[sums["first_refund"], sums["last_refund"]])
    ends = Sale.objects.filter(sold | paid_back, shift=shift)
    printed: dict[tuple[str, Any], str] = {
        (kind, number): text or ""
        for kind, number, text in ends.values_list("kind", "number", "receipt_number")
    }
    return {
        "first_receipt": printed.get((SALE.value, sums["first_sale"]), ""),
        "last_receipt": printed.get((SALE.value, sums["last_sale"]), ""),
        "first_refund": printed.get((REFUND.value, sums["first_refund"]), ""),
        "last_refund": printed.get((REFUND.value, sums["last_refund"]), ""),
    }


def _sum_taxes(shift: Shift) -> tuple[TaxFigures, ...]:
    """Return sales less refunds by tax code and rate."""
    net: defaultdict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    tax = net.copy()
    for row in add_up(TAXES, shift.pk):
        rate = row["tax_code"], row["tax_rate"]
        net[rate] += row["net"]
        tax[rate] += row["tax"]
    return tuple(TaxFigures(*rate, net[rate], tax[rate]) for rate in sorted(net))


def _sum_tenders(shift: Shift) -> tuple[TenderFigures, ...]:
    """Return the figures of every kind that was used, in the order of the kinds."""
    by_kind: dict[str, TenderFigures] = {}
    for row in add_up(TENDERS, shift.pk):
        kind = row["kind"]
        before = by_kind.get(kind, TenderFigures(kind, 0, ZERO))
        by_kind[kind] = TenderFigures(
            kind,
            before.count + row["count"],
            before.taken + row["taken"],
            before.refund_count + row["refund_count"],
            before.refunds + row["refunds"],
            before.corrected + row["corrected"],
        )
    return tuple(by_kind[kind] for kind in sorted(by_kind, key=order_of_kind))


def _sum_movements(shift: Shift) -> dict[str, Any]:
    kinds = CashMovement.Kind

    def of(kind: CashMovement.Kind) -> Sum:
        return Sum("amount", filter=Q(kind=kind), default=ZERO)

    return shift.movements.aggregate(
        paid_in=of(kinds.PAY_IN),
        paid_out=of(kinds.PAY_OUT),
        dropped=of(kinds.DROP),
        no_sales=Count("pk", filter=Q(kind=kinds.NO_SALE)),
        movements=Count("pk", filter=~Q(kind=kinds.NO_SALE)),
    )


def _sum_part_payments(shift: Shift) -> tuple[HeldFigures, ...]:
    """Return the part payments by kind, in the order of the kinds.

    What was used is a tender of the shift, too: it goes out here and comes in there.
    """
    events = PartPayment.Event

    def of(event: PartPayment.Event) -> Sum:
        return Sum("amount", filter=Q(event=event), default=ZERO)

    sums = shift.part_payments.order_by("kind").values("kind")
    rows = sums.annotate(
        came=of(events.TAKEN), given_back=of(events.GIVEN_BACK), went=of(events.USED)
    )
    figures = {
        row["kind"]: HeldFigures(
            row["kind"], row["came"], row["given_back"], row["went"]
        )
        for row in rows
    }
    return tuple(figures[kind] for kind in sorted(figures, key=order_of_kind))


def _sum_devices(shift: Shift) -> tuple[DeviceFigures, ...]:
    """Return the figures of each device that sold, in the order of enrolment."""
    sales = Sale.objects.finalized().filter(shift=shift, device__isnull=False)
    sums = sales.values("device__uid", "device__name").annotate(
        sold=Count("pk", filter=OF_SALES),
        refunded=Count("pk", filter=OF_REFUNDS),
        came_to=Sum("total"),
    )
    return tuple(
        DeviceFigures(
            uid=str(row["device__uid"]),
            name=row["device__name"],
            sales=row["sold"],
            refunds=row["refunded"],
            total=row["came_to"],
        )
        for row in sums.order_by("device__uid")
    )


def _sum_points(shift: Shift) -> tuple[int, int]:
    """Return points earned, less those that refunds reversed, and points redeemed.

    Redeemed points are those of sales alone, like the amounts they took off.
    """
    kinds = PointsEntry.Kind
    earning = kinds.EARN, kinds.REVERSE
    sources = Sale.objects.filter(shift=shift, customer__isnull=False).values("uid")
    entries = PointsEntry.objects.filter(
        company_id=shift.company_id, source__in=sources
    )
    sums = entries.aggregate(
        earned=Sum("points", filter=Q(kind__in=earning), default=0),
        redeemed=Sum("points", filter=Q(kind=kinds.REDEEM), default=0),
    )
    return sums["earned"], -sums["redeemed"]


def _compare_with_last_count(shift: Shift, last: Shift | None) -> Decimal:
    """Return what came or went between the last count and this shift's float."""
    if last is None or last.counted_cash is None:
        return ZERO
    return shift.opening_float - last.counted_cash


def _read_grand_total_before(shift: Shift) -> Decimal:
    """Return the grand total of the last Z report before this shift's own."""
    earlier = ZReport.objects.filter(till_id=shift.till_id, shift__lt=shift)
    last = earlier.order_by("-number").values_list("grand_total", flat=True).first()
    return last or ZERO
