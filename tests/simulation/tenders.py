"""Tender steps: pending money confirmed, a wrong kind corrected."""

from sales.checkout.tenders import confirm_tender, correct_tender
from sales.models import Tender
from tests.simulation.arithmetic import VOUCHER
from tests.simulation.rows import FINALIZED, PlainSale, PlainTender
from tests.simulation.world import World


def confirm(world: World) -> None:
    """A tender's money is seen to arrive; only where it was pending."""
    pending = [
        (sale, place)
        for sale in world.sales(FINALIZED)
        for place, tender in enumerate(sale.tenders)
        if tender.is_pending or world.choose.once_in(30)
    ]
    if not pending:
        return
    sale, place = world.choose.among(pending)
    tender = sale.tenders[place]
    expected = ""
    if tender.is_confirmed:
        expected = "already_confirmed"
    elif not tender.is_on_its_way:
        expected = "not_pending"
    uid = world.uid()
    for _ in range(2 if world.choose.once_in(4) else 1):
        world.call_service(
            f"confirm {tender.kind} {tender.amount}",
            expected,
            lambda: confirm_tender(
                uid=uid,
                tender=_row(world, sale, place),
                reference="seen at the bank",
                actor=world.shop.cashier,
                at=world.now,
            ),
        )
    if not expected:
        tender.is_confirmed = True
        world.plain.wrote("confirmations")
    world.mark_changed(sale)


def correct(world: World) -> None:
    """A tender was of another kind; only while its shift is open."""
    choose = world.choose
    paid = [sale for sale in world.sales(FINALIZED) if sale.tenders]
    back = {sale.original for sale in paid}
    opened = [
        sale
        for sale in paid
        if _is_of_open_shift(world, sale) and not sale.is_refund
        if sale.uid not in back
    ]
    if opened and not choose.once_in(6):
        paid = opened
    if not paid:
        return
    sale = choose.among(paid)
    place = choose.integer(0, len(sale.tenders) - 1)
    tender = sale.tenders[place]
    kind = choose.among((*world.plain.rules.accepted, "nets"))
    approver = choose.among((world.shop.owner, world.shop.owner, None))
    expected = _refusal(world, sale, tender, kind)
    if not expected and {"cash", VOUCHER} & {kind, tender.kind} and approver is None:
        expected = "approval_needed"
    uid = world.uid()
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"correct {tender.kind} {tender.amount} to {kind}",
            expected,
            lambda: correct_tender(
                uid=uid,
                tender=_row(world, sale, place),
                kind=kind,
                reference="",
                reason="the wrong key",
                actor=world.shop.cashier,
                approved_by=approver,
                at=world.now,
            ),
        )
    if not expected:
        _count_as(world, sale, tender, kind)
    world.mark_changed(sale)


def _is_of_open_shift(world: World, sale: PlainSale) -> bool:
    return sale.shift is not None and world.plain.shifts[sale.shift].is_open


def _refusal(world: World, sale: PlainSale, tender: PlainTender, kind: str) -> str:
    if kind not in world.plain.rules.accepted or tender.kind == "exchange":
        return "unknown_tender"
    if sale.is_refund or not _is_of_open_shift(world, sale):
        return "not_corrected"
    if not tender.amount:
        return "nothing_to_correct"
    if any(other.original == sale.uid for other in world.plain.sales.values()):
        return "sale_refunded"
    if tender.is_confirmed:
        return "already_confirmed"
    return "same_tender" if kind == tender.kind else ""


def _count_as(world: World, sale: PlainSale, tender: PlainTender, kind: str) -> None:
    assert sale.shift is not None
    shift = world.plain.shifts[sale.shift]
    if tender.kind == "cash":
        shift.cash -= tender.amount
    if kind == "cash":
        shift.cash += tender.amount
    sale.corrections.append((tender.kind, kind, tender.amount))
    tender.kinds.append(kind)
    world.plain.wrote("corrections")


def _row(world: World, sale: PlainSale, place: int) -> Tender:
    return Tender.objects.get(
        company=world.shop.company, sale__uid=sale.uid, position=place + 1
    )
