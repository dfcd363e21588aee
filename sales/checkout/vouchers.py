"""Vouchers: what a company's own ways to pay may pay for, and each of them once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from pos.catalogue.restrictions import read_restriction
from pos.core.errors import InvalidAmountError
from pos.core.money import ZERO, is_money
from pos.models import Company, TenderKind, VoucherKind
from pos.models.voucher import name_kind
from sales.cash.limits import validate_typed_amount
from sales.cash.rounding import CashRule, cash_rule
from sales.checkout.errors import (
    CashPendingError,
    TooManyVoucherKindsError,
    UnknownTenderError,
    VoucherCutError,
    VoucherNotHereError,
    VoucherNotTakenError,
    VoucherPendingError,
    VoucherTooMuchError,
    VoucherUsedError,
)
from sales.checkout.settlement import AmountLeft, TenderInput
from sales.checkout.voucher_limits import PayableGoods, Vouchers, VoucherTerms
from sales.models import SaleLine

# Of one sale: what each may pay is worked out for every set of them.
KINDS_MAX = 6


def is_voucher(kind: str) -> bool:
    """Whether it is a way to pay of the company's own, if it is one at all."""
    return kind not in TenderKind.values


def fold_number(number: str) -> str:
    """Return the number as it is compared: spaces and capitals make no other.

    The database has the same rule, ``fold_voucher_number``.
    """
    return "".join(number.split()).upper()


def require_not_pending(payment: TenderInput) -> None:
    """Refuse cash and vouchers whose money nobody has seen: these are handed over.

    Raises CashPendingError or VoucherPendingError.
    """
    if payment.is_pending and payment.is_cash:
        raise CashPendingError
    if payment.is_pending and is_voucher(payment.kind):
        raise VoucherPendingError


def find_vouchers(
    kinds: Iterable[str],
    lines: Iterable[SaleLine],
    *,
    company: Company,
) -> Vouchers:
    """Return the terms of those of these kinds that are vouchers, and the goods.

    The lines have their ``restriction_facts``. No statement where no kind is a voucher.
    """
    own = {kind for kind in kinds if is_voucher(kind)}
    if not own:
        return Vouchers()
    known = VoucherKind.objects.of_company(company.pk).filter(code__in=own)
    return _make_vouchers(known, lines)


def find_every_voucher(
    lines: Iterable[SaleLine], *, company: Company, taken: Sequence[TenderInput]
) -> Vouchers:
    """Return the terms of all kinds in use and of those taken, and the goods."""
    own = VoucherKind.objects.of_company(company.pk)
    is_needed = Q(is_active=True) | Q(code__in=[payment.kind for payment in taken])
    return _make_vouchers(own.filter(is_needed).order_by("name"), lines)


def _make_vouchers(rows: Iterable[VoucherKind], lines: Iterable[SaleLine]) -> Vouchers:
    terms = {
        row.code: VoucherTerms(row.name, row.pays_deposits, row.is_active)
        for row in rows
    }
    return Vouchers(terms, read_goods(lines) if terms else ())


def read_goods(lines: Iterable[SaleLine]) -> tuple[PayableGoods, ...]:
    """Return what can be paid of these lines, above zero, and what not by vouchers."""
    return tuple(
        PayableGoods(
            abs(line.total),
            abs(line.deposit),
            read_restriction(line.restriction_facts).excluded_vouchers,
        )
        for line in lines
    )


def require_vouchers(  # noqa: PLR0913  each is a fact of the payment
    payments: Sequence[TenderInput],
    lines: Iterable[SaleLine],
    *,
    company: Company,
    payable: Decimal,
    held: int,
    is_past: bool,
) -> None:
    """Refuse vouchers that do not pay for these lines, or were taken before.

    The first ``held`` payments were taken before: their kinds may be switched off by
    now. What a command says of an earlier time needs to be of a kind that the company
    knows, and unused, no more. No statement where no payment is a voucher.

    Raises UnknownTenderError, InvalidAmountError, AmountTooLargeError,
    TooManyVoucherKindsError, VoucherNotTakenError, VoucherTooMuchError, VoucherCutError
    or VoucherUsedError.
    """
    rule = cash_rule(company)
    for payment in payments:
        _require_face_value(payment, company=company, places=rule.places)
    kinds = {payment.kind for payment in payments if is_voucher(payment.kind)}
    if not kinds:
        return
    if len(kinds) > KINDS_MAX:
        raise TooManyVoucherKindsError(limit=KINDS_MAX)
    vouchers = find_vouchers(kinds, lines, company=company)
    for place, payment in enumerate(payments):
        terms = vouchers.terms.get(payment.kind)
        is_taken = terms is not None and (terms.is_active or is_past or place < held)
        if payment.kind in kinds and not is_taken:
            raise UnknownTenderError(kind=terms.name if terms else payment.kind)
    if not is_past:
        _require_terms(payments, vouchers, payable=payable, held=held, rule=rule)
    _require_uses(payments[held:], company=company, uses=0)


def _require_terms(
    payments: Sequence[TenderInput],
    vouchers: Vouchers,
    *,
    payable: Decimal,
    held: int,
    rule: CashRule,
) -> None:
    """Refuse vouchers that pay for more than their terms allow.

    The first ``held`` payments were taken before. One of the others that counts for
    less than its face value was cut, which is right only where no more of it counts.

    Raises VoucherNotTakenError, VoucherTooMuchError or VoucherCutError.
    """
    paid: dict[str, Decimal] = {}
    # New cash pays what vouchers leave.
    other = sum(
        (p.tendered for n, p in enumerate(payments) if n < held or not p.is_cash), ZERO
    )
    for place, payment in enumerate(payments):
        kind = payment.kind
        if not is_voucher(kind):
            continue
        most = vouchers.find_most(kind, paid)
        name = vouchers.terms[kind].name
        if most <= 0:
            raise VoucherNotTakenError(voucher=name)
        if payment.tendered > most:
            raise VoucherTooMuchError(voucher=name, most=rule.format(most))
        left = min(most, payable - other + payment.tendered)
        face = payment.face_value
        if place >= held and face is not None and payment.tendered < min(face, left):
            raise VoucherCutError(voucher=name, most=rule.format(min(face, left)))
        paid[kind] = paid.get(kind, ZERO) + payment.tendered


def _require_face_value(payment: TenderInput, *, company: Company, places: int) -> None:
    """Refuse a face value that no voucher can have.

    Raises InvalidAmountError or AmountTooLargeError.
    """
    face = payment.face_value
    if face is None:
        return
    is_right = is_voucher(payment.kind) and is_money(face, places=places)
    if not is_right or face < payment.tendered:
        raise InvalidAmountError(amount=face)
    validate_typed_amount(face, currency=company.currency, places=places)


def require_taken(payments: Sequence[TenderInput], *, company: Company) -> None:
    """Refuse to give back a voucher by a number that the company does not have.

    Until the transaction ends nobody else takes or gives back one of these numbers.
    Raises VoucherNotHereError.
    """
    _require_uses(payments, company=company, uses=1)


def _require_uses(
    payments: Sequence[TenderInput], *, company: Company, uses: int
) -> None:
    numbered = [p for p in payments if is_voucher(p.kind) and p.reference]
    if not numbered:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT voucher.place, fold_voucher_number(voucher.number),
                   claim_voucher(%s, voucher.kind, voucher.number)
            FROM (
                SELECT * FROM unnest(%s::int[], %s::text[], %s::text[])
                    AS named (place, kind, number)
                ORDER BY kind, fold_voucher_number(number)
            ) voucher
            """,
            [
                company.pk,
                list(range(len(numbered))),
                [str(payment.kind) for payment in numbered],
                [payment.reference for payment in numbered],
            ],
        )
        rows = cursor.fetchall()
    seen = set()
    for place, number, count in sorted(rows):
        payment = numbered[place]
        if count != uses or (payment.kind, number) in seen:
            name = company.voucher_names.get(payment.kind, payment.kind)
            error = VoucherUsedError if not uses else VoucherNotHereError
            raise error(voucher=name, reference=payment.reference)
        seen.add((payment.kind, number))


@dataclass(frozen=True, slots=True)
class VoucherWay:
    """A kind of voucher as it can be chosen: ``most`` is what it pays here.

    In an exchange ``back`` is what goes back by it; ``back_number`` says which one.
    """

    kind: str
    name: str
    most: Decimal
    back: Decimal = ZERO
    back_number: str = ""


def list_voucher_ways(
    vouchers: Vouchers, taken: Sequence[TenderInput], *, left: Decimal
) -> list[VoucherWay]:
    """Return each kind in use, with what it pays of what is left after those taken."""
    paid = _sum_by_kind(vouchers, taken)
    most = {kind: vouchers.find_most(kind, paid) for kind in vouchers.terms}
    return [
        VoucherWay(kind, terms.name, max(min(most[kind], left), ZERO))
        for kind, terms in vouchers.terms.items()
        if terms.is_active and (kind in paid or len(paid) < KINDS_MAX)
    ]


def add_voucher_excess(
    left: AmountLeft, vouchers: Vouchers, taken: Sequence[TenderInput]
) -> AmountLeft:
    """Return what is left with the vouchers that are too much for the goods by now.

    The same money may be more than is to be paid, and more than vouchers pay for: it is
    given back once.
    """
    return replace(left, excess=max(left.excess, _find_excess(vouchers, taken)))


def _find_excess(vouchers: Vouchers, taken: Sequence[TenderInput]) -> Decimal:
    """Return how much of the vouchers taken the basket no longer is paid by."""
    paid = _sum_by_kind(vouchers, taken)
    unknown = [p.tendered for p in taken if is_voucher(p.kind) and p.kind not in paid]
    excess = [-vouchers.find_most(kind, paid) for kind in paid]
    return sum(unknown, ZERO) + max([ZERO, *excess])


def _sum_by_kind(
    vouchers: Vouchers, taken: Sequence[TenderInput]
) -> dict[str, Decimal]:
    paid: dict[str, Decimal] = {}
    for payment in taken:
        if payment.kind in vouchers.terms:
            paid[payment.kind] = paid.get(payment.kind, ZERO) + payment.tendered
    return paid


def list_ways_to_pay(company: Company) -> dict[str, str]:
    """Return the names of all ways to pay that the company takes now, by their kind."""
    kinds = {kind: name_kind(kind, company) for kind in company.accepted_tenders}
    own = company.voucher_kinds.filter(is_active=True).order_by("name")
    return kinds | dict(own.values_list("code", "name"))
