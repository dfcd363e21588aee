"""Attention: what an owner should look at, each with the page that shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pos.core.localized_names import name_in_language
from pos.core.money import MINUS, format_money
from pos.models import TenderKind
from pos.models.stock import LOW_SQL
from sales.models import ShiftReason
from sales.reports.links import narrow
from sales.reports.pending import find_pending
from sales.reports.question import Question
from sales.reports.reading import REASONS, read

What = ShiftReason.What
# A shift that is open longer was forgotten.
SHIFT_MAX = timedelta(hours=18)
NAMES_MAX = 3
# Payments that are pending for longer are on the page of receipts only.
PENDING_DAYS = 31

# What there is now, besides what people did: one statement.
_NOW = f"""
    SELECT
        (SELECT count(*) FROM pos_stockitem item
         JOIN pos_product product ON product.id = item.product_id
         WHERE item.company_id = %(company)s AND item.outlet_id = ANY (%(outlets)s)
             AND {LOW_SQL}) AS low,
        (SELECT array_agg(ARRAY[name, second_name]) FROM (
             SELECT product.name, product.second_name FROM pos_stockitem item
             JOIN pos_product product ON product.id = item.product_id
             WHERE item.company_id = %(company)s
                 AND item.outlet_id = ANY (%(outlets)s)
                 AND {LOW_SQL}
             ORDER BY item.on_hand, product.name, item.id LIMIT %(names)s
         ) named) AS low_names,
        (SELECT count(*) FROM pos_attemptalarm alarm
         WHERE alarm.company_id = %(company)s AND alarm.dismissed_at IS NULL)
            AS alarms,
        (SELECT violations FROM sales_booksproof proof
         WHERE proof.company_id = %(company)s ORDER BY id DESC LIMIT 1) AS violations
"""  # noqa: S608  our own columns


@dataclass(frozen=True, slots=True)
class Concern:
    """``route`` is the page that shows it, with ``args`` and the fields of ``query``.

    ``tone`` is ``danger``, ``warn``, ``info`` or nothing.
    """

    icon: str
    title: str
    detail: str = ""
    tone: str = ""
    route: str = ""
    args: Sequence[str] = ()
    query: Mapping[str, str] = field(default_factory=dict)


def find_concerns(question: Question, shifts: Sequence[Any]) -> list[Concern]:
    """Return what to look at, the most urgent first. Three statements.

    ``shifts`` are those that are open, with ``opened_at``, ``till`` and ``cashier``.
    """
    now = _read_now(question)
    done = {row["what"]: row for row in read(REASONS, question.scope, by=("what",))}
    return [
        *_of_books(question, now),
        *_of_shifts(question, shifts),
        *_of_money(question, done),
        *_of_stock(question, now),
        *_of_people(question, done),
    ]


def _read_now(question: Question) -> dict[str, Any]:
    params: dict[str, Any] = {
        "company": question.company.pk,
        "outlets": [outlet.pk for outlet in question.chosen],
        "names": NAMES_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOW, params)
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone() or (), strict=True))


def _of_books(question: Question, now: Mapping[str, Any]) -> Iterator[Concern]:
    if now["violations"] and question.person.has_perm("sales.view_booksproof"):
        found = ngettext(
            "The last check of the books found %(count)d fault",
            "The last check of the books found %(count)d faults",
            now["violations"],
        )
        yield Concern(
            "warn",
            found % {"count": now["violations"]},
            tone="danger",
            route="admin:sales_booksproof_changelist",
        )
    if now["alarms"] and question.person.has_perm("pos.view_attempt"):
        yield Concern(
            "key",
            _("100 wrong tries or more within an hour"),
            _("Somebody tries passwords or PINs."),
            tone="danger",
            route="admin:pos_attempt_changelist",
        )


def _of_shifts(question: Question, shifts: Sequence[Any]) -> Iterator[Concern]:
    if not question.person.has_perm("sales.view_shift"):
        return
    for shift in shifts:
        hours = (question.now - shift.opened_at) // timedelta(hours=1)
        if question.now - shift.opened_at >= SHIFT_MAX:
            title = _("%(till)s has been open for %(hours)d hours")
            yield Concern(
                "clock",
                title % {"till": shift.till, "hours": hours},
                shift.cashier,
                tone="warn",
                route="admin:sales_shift_changelist",
            )


def _of_money(question: Question, done: Mapping[str, Any]) -> Iterator[Concern]:
    yield from _of_pending(question)
    if row := done.get(What.VARIANCE):
        title = ngettext(
            "%(count)d count differs", "%(count)d counts differ", row["count"]
        )
        detail = _("%(amount)s in all") % {"amount": _write(question, row["amount"])}
        yield _about_reasons(question, "drawer", title, row, detail, tone="warn")


def _of_pending(question: Question) -> Iterator[Concern]:
    """Payments to confirm; the page of receipts has older ones as well."""
    if not question.person.has_perm("sales.view_sale"):
        return
    since = question.today - timedelta(days=PENDING_DAYS - 1)
    pending = find_pending(question, since=since, until=question.today).count()
    if pending:
        title = ngettext(
            "%(count)d %(kind)s payment is not confirmed",
            "%(count)d %(kind)s payments are not confirmed",
            pending,
        )
        yield Concern(
            "qr",
            title % {"count": pending, "kind": TenderKind.PAYNOW.label},
            _("Of the last %(days)d days") % {"days": PENDING_DAYS},
            tone="warn",
            route="sales:receipts",
            query={"pending": "1"},
        )


def _of_stock(question: Question, now: Mapping[str, Any]) -> Iterator[Concern]:
    if now["low"] and question.person.has_perm("pos.view_stockitem"):
        title = ngettext(
            "%(count)d product is low", "%(count)d products are low", now["low"]
        )
        yield Concern(
            "box",
            title % {"count": now["low"]},
            ", ".join(name_in_language(*names) for names in now["low_names"]),
            tone="warn",
            route="admin:pos_stockitem_changelist",
            query={"level": "low", **_of_outlet(question)},
        )


def _of_outlet(question: Question) -> dict[str, str]:
    """Return the filter of a list of the back office by outlet; none for all."""
    if "outlet" not in narrow(question):
        return {}
    return {"outlet__id__exact": str(question.chosen[0].pk)}


def _of_people(question: Question, done: Mapping[str, Any]) -> Iterator[Concern]:
    """What people did; who may not see figures of staff sees none of it."""
    if not question.sees_staff:
        return
    if row := done.get(What.REFUND):
        title = ngettext("%(count)d refund", "%(count)d refunds", row["count"])
        detail = _write(question, row["amount"])
        yield _about_reasons(question, "undo", title, row, detail, name="refunds")
    if row := done.get(What.VOID):
        title = ngettext(
            "%(count)d basket given up", "%(count)d baskets given up", row["count"]
        )
        detail = _write(question, row["amount"])
        yield _about_reasons(question, "x", title, row, detail, name="refunds")
    if row := done.get(What.OVERRIDE):
        title = ngettext(
            "%(count)d price changed by hand",
            "%(count)d prices changed by hand",
            row["count"],
        )
        detail = _("%(amount)s less than the catalogue asked") % {
            "amount": _write(question, row["amount"])
        }
        yield _about_reasons(question, "tag", title, row, detail)
    if row := done.get(What.NO_SALE):
        title = ngettext(
            "Drawer opened without a sale %(count)d time",
            "Drawer opened without a sale %(count)d times",
            row["count"],
        )
        yield _about_reasons(question, "drawer", title, row)


def _about_reasons(  # noqa: PLR0913  each is said on the page
    question: Question,
    icon: str,
    title: str,
    row: Mapping[str, Any],
    detail: str = "",
    *,
    tone: str = "",
    name: str = "reasons",
) -> Concern:
    return Concern(
        icon,
        title % {"count": row["count"]},
        detail,
        tone=tone,
        route="sales:report",
        args=(name,),
        query=narrow(question),
    )


def _write(question: Question, value: Decimal) -> str:
    text = format_money(abs(value), places=question.company.currency_places)
    sign = MINUS if value < 0 else ""
    return f"{sign}{question.company.currency_symbol}{text}"
