"""Summary: adds up the sales, tenders and cash movements of a shift."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Max, Min, Q, Sum, When
from django.db.models.functions import Round

from customers.models import PointsEntry
from pos.core.money import ZERO, TaxRounding
from pos.models import TenderKind
from pos.models.tender_kind import order_of_kind
from sales.models import (
    CashMovement,
    PartPayment,
    Sale,
    SaleLine,
    Shift,
    Tender,
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

SALE, REFUND = Sale.Kind.SALE, Sale.Kind.REFUND
OF_SALES = Q(kind=SALE, status=Sale.Status.FINALIZED)
OF_REFUNDS = Q(kind=REFUND, status=Sale.Status.FINALIZED)


def sum_shift(shift: Shift) -> ShiftFigures:
    """Add up a shift so far, in fourteen queries; nothing is changed.

    The figures are consistent only where nothing can sell meanwhile: under the
    till's lock, or in a snapshot.
    """
    last = _find_shift_before(shift)
    sums = _sum_sales(shift, last)
    tenders = _sum_tenders(shift)
    moved = _sum_movements(shift)
    earned, redeemed = _sum_points(shift)
    discounts, points_value = _sum_reductions(shift)
    held = _sum_part_payments(shift)
    cash = next((t for t in tenders if t.kind == TenderKind.CASH), None)
    return ShiftFigures(
        gross=sums["sold"] + discounts + points_value,
        discounts=discounts,
        points_value=points_value,
        refunds=sums["refunded"],
        rounding=sums["rounding"],
        deposits_charged=sums["charged"],
        deposits_returned=sums["returned"],
        counts=Counts(
            sales=sums["sales"],
            refunds=sums["refunds"],
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


def _sum_sales(shift: Shift, last: Shift | None) -> dict[str, Any]:
    finalized = Q(status=Sale.Status.FINALIZED)
    return Sale.objects.filter(_match_sales(shift, last)).aggregate(
        sold=Sum("total", filter=OF_SALES, default=ZERO),
        refunded=Sum("total", filter=OF_REFUNDS, default=ZERO),
        rounding=Sum("rounding", filter=finalized, default=ZERO),
        charged=Sum("deposits", filter=OF_SALES, default=ZERO),
        returned=Sum("deposits", filter=OF_REFUNDS, default=ZERO),
        sales=Count("pk", filter=OF_SALES),
        refunds=Count("pk", filter=OF_REFUNDS),
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
    lines = SaleLine.objects.active().filter(
        sale__shift=shift, sale__status=Sale.Status.FINALIZED
    )
    rates = lines.order_by("tax_code", "tax_rate").values_list("tax_code", "tax_rate")
    rows = rates.annotate(Sum("net_total"), Sum("total"))
    return tuple(
        TaxFigures(code, rate, net, total - net) for code, rate, net, total in rows
    )


def _sum_reductions(shift: Shift) -> tuple[Decimal, Decimal]:
    """Return what discounts and points took off, with tax like all other figures.

    On prices without tax that is the difference it made to the total: tax is worked
    out on what was asked as it was on what was paid, by line or by rate of a sale.
    """
    places = shift.company.currency_places

    def with_tax(amount: F | Any) -> Case:
        tax = Round(amount * F("tax_rate"), precision=places)
        return Case(
            When(sale__prices_include_tax=True, then=amount), default=amount + tax
        )

    taxed_apart = Case(
        When(sale__tax_rounding=TaxRounding.LINE, then=F("position")), default=0
    )
    lines = SaleLine.objects.active().filter(
        sale__shift=shift, sale__kind=SALE, sale__status=Sale.Status.FINALIZED
    )
    taxed = lines.values(
        "sale", "sale__prices_include_tax", "tax_code", "tax_rate", apart=taxed_apart
    ).annotate(
        listed=Sum("list_amount"),
        discounted=Sum(F("line_discount") + F("sale_discount")),
        with_points=Sum("points_discount"),
        paid=Sum("total"),
    )
    priced = taxed.annotate(
        before_points=Case(
            When(with_points=0, then=F("paid")),
            default=with_tax(F("listed") - F("discounted")),
        ),
    ).annotate(
        at_list_price=Case(
            When(discounted=0, then=F("before_points")),
            default=with_tax(F("listed")),
        ),
    )
    sums = priced.aggregate(
        discounts=Sum(F("at_list_price") - F("before_points"), default=ZERO),
        points=Sum(F("before_points") - F("paid"), default=ZERO),
    )
    return sums["discounts"], sums["points"]


def _sum_tenders(shift: Shift) -> tuple[TenderFigures, ...]:
    """Return the figures of every kind that was used, in the order of the kinds."""
    tenders = Tender.objects.filter(sale__shift=shift).order_by("kind")
    sums = tenders.values("kind").annotate(
        count=Count("pk", filter=Q(sale__kind=SALE)),
        taken=Sum("amount", filter=Q(sale__kind=SALE), default=ZERO),
        refund_count=Count("pk", filter=Q(sale__kind=REFUND)),
        refunds=Sum("amount", filter=Q(sale__kind=REFUND), default=ZERO),
    )
    used: dict[str, dict[str, Any]] = {row["kind"]: {**row} for row in sums}
    none = {"count": 0, "taken": ZERO}
    corrected = _sum_corrections(shift)
    return tuple(
        TenderFigures(
            **used.get(kind, {"kind": kind} | none), corrected=corrected[kind]
        )
        for kind in sorted({*used, *corrected}, key=order_of_kind)
    )


def _sum_corrections(shift: Shift) -> defaultdict[str, Decimal]:
    """Return what corrections added to each kind, or took from it."""
    corrected: defaultdict[str, Decimal] = defaultdict(Decimal)
    rows = shift.tender_corrections.order_by("kind_before", "kind_after")
    pairs = rows.values_list("kind_before", "kind_after").annotate(Sum("amount"))
    for before, after, amount in pairs:
        corrected[before] -= amount
        corrected[after] += amount
    return corrected


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
