"""Receipts of a figure as a page: its words, its rows and its addresses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pos.core.money import format_money
from pos.models import Company
from pos.models.voucher import title_kind
from sales.models.line import translate_reason
from sales.reports.every import REPORTS
from sales.reports.hours import find_mean
from sales.reports.question import Question
from sales.reports.receipt_figures import Source
from sales.reports.receipt_filter import ReceiptFilter
from sales.reports.receipts import Contribution, PartOfFigure, Receipts
from sales.reports.table import Form
from sales.views.reports.addresses import BACK
from sales.views.reports.drawing import write_quantity


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt, or an act that is on none; ``url`` opens it, if it can be."""

    title: str
    url: str
    moment: Any
    place: str
    contribution: Contribution
    reason: str
    tenders: str
    amount: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A month or a day, and its receipts' address."""

    title: str
    url: str
    count: int | None
    amount: str


def page_context(
    question: Question, found: Receipts, *, is_at_till: bool, back: str = ""
) -> dict[str, Any]:
    """Return what the template shows. ``is_at_till`` says where receipts are opened.

    ``back`` has the fields of the report to which the page leads back; without it that
    is of the dates and the outlet of the receipts.
    """
    page = ReceiptsPage(question, found, is_at_till=is_at_till, back=back)
    chosen = found.chosen
    report = REPORTS.get(chosen.report)
    if report and not question.person.has_perm(report.permission):
        report = None
    return {
        "company": question.company,
        "question": question,
        "found": found,
        "title": page.title,
        "words": chosen.words,
        "period": page.period,
        "report_name": chosen.report if report else "",
        "report_title": report.name_for(question.company) if report else "",
        "report_query": back or urlencode(page.dates()),
        "figure_label": page.head,
        "has_people": question.sees_staff or not found.is_of_acts,
        "has_reasons": "what" in chosen.values,
        "has_totals": not _is_of_totals(chosen),
        "sentence": page.say_sum(),
        "notes": [*question.notes, *chosen.notes],
        "rows": [page.draw(one) for one in found.listed],
        "parts": [page.draw_part(part) for part in found.parts],
        "total": page.write(found.summed),
        "first_url": page.address() if found.is_continued else "",
        "next_url": page.address(before=str(found.next_page))
        if found.next_page
        else "",
    }


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    """Writes the receipts of one figure."""

    question: Question
    found: Receipts
    is_at_till: bool
    back: str = ""

    @property
    def period(self) -> str:
        """The dates, and the outlets where these are not all."""
        since, until = self.question.period.since, self.question.period.until
        text = _write_date(since)
        if since != until:
            text = _("%(since)s to %(until)s") % {
                "since": text,
                "until": _write_date(until),
            }
        if len(self.question.chosen) < len(self.question.outlets):
            text += ", " + ", ".join(outlet.name for outlet in self.question.chosen)
        return text

    @property
    def title(self) -> str:
        return ", ".join((self.label, *self.found.chosen.words))

    @property
    def label(self) -> str:
        """What the figure is called; tax as the company calls it."""
        chosen = self.found.chosen
        if chosen.figure_name == "tax":
            return self.question.company.tax_name
        return _begin(str(chosen.figure.label))

    @property
    def head(self) -> str:
        """The head of what each adds, which may be beside the total of its receipt."""
        chosen = self.found.chosen
        if chosen.figure_name != "total":
            return self.label
        if chosen.source == Source.TENDERS and "tender" in chosen.values:
            return _("Paid by %(method)s") % {"method": chosen.words[0]}
        if chosen.source == Source.TENDERS:
            return _("Paid")
        if chosen.source == Source.TAXES and chosen.words:
            return _("Total of %(what)s") % {"what": ", ".join(chosen.words)}
        return self.label

    def write(self, value: Any) -> str:
        form = self.found.chosen.figure.form
        if form == Form.MONEY:
            return write_money(value, self.question.company)
        return write_quantity(value) if form == Form.QUANTITY else f"{value:,}"

    def say_sum(self) -> str:
        """Say what the receipts come to, and whether the report says so as well."""
        found = self.found
        facts = {
            "count": f"{found.count:,}",
            "sum": self.write(found.summed),
            "reported": self.write(found.reported),
            "difference": self.write(found.difference),
        }
        if found.difference:
            return self._say_difference() % facts
        if found.chosen.is_mean and found.days > 1:
            return self._say_mean(facts)
        if found.parts:
            text = _("These dates come to %(sum)s, as the report says.")
        elif self._is_count:
            text = self._name_count()
        elif found.is_of_acts:
            text = ngettext(
                "%(count)s act comes to %(sum)s, as the report says.",
                "%(count)s acts come to %(sum)s, as the report says.",
                found.count,
            )
        else:
            text = ngettext(
                "%(count)s receipt comes to %(sum)s, as the report says.",
                "%(count)s receipts come to %(sum)s, as the report says.",
                found.count,
            )
        return text % facts

    @property
    def _is_count(self) -> bool:
        """Whether the figure is how many there are, which needs no sum beside it."""
        found = self.found
        figure = found.chosen.figure
        is_count = (
            figure.form == Form.COUNT and found.chosen.figure_name != "line_count"
        )
        return is_count and found.summed == found.count

    def _name_count(self) -> str:
        count = self.found.count
        if self.found.is_of_acts:
            return ngettext(
                "%(count)s act, as the report says.",
                "%(count)s acts, as the report says.",
                count,
            )
        return ngettext(
            "%(count)s receipt, as the report says.",
            "%(count)s receipts, as the report says.",
            count,
        )

    def _say_mean(self, facts: dict[str, str]) -> str:
        """Say the mean that the report has, from what its receipts come to."""
        found, name = self.found, self.found.chosen.figure_name
        places = self.question.company.currency_places
        mean = find_mean(found.summed, found.days, figure=name, places=places)
        is_money = found.chosen.figure.form == Form.MONEY
        facts = facts | {
            "days": f"{found.days:,}",
            "mean": self.write(mean) if is_money else write_quantity(mean or 0),
        }
        if found.parts:
            text = _(
                "These dates come to %(sum)s on %(days)s days: %(mean)s a day, as the"
                " report says."
            )
        elif self._is_count:
            text = ngettext(
                "%(count)s receipt on %(days)s days: %(mean)s a day, as the report"
                " says.",
                "%(count)s receipts on %(days)s days: %(mean)s a day, as the report"
                " says.",
                found.count,
            )
        else:
            text = ngettext(
                "%(count)s receipt comes to %(sum)s on %(days)s days: %(mean)s a day,"
                " as the report says.",
                "%(count)s receipts come to %(sum)s on %(days)s days: %(mean)s a day,"
                " as the report says.",
                found.count,
            )
        return text % facts

    def _say_difference(self) -> str:
        if self.found.parts:
            return _(
                "These dates come to %(sum)s, but the report says %(reported)s. The"
                " difference is %(difference)s."
            )
        if self.found.is_of_acts:
            return _(
                "The acts come to %(sum)s, but the report says %(reported)s. The"
                " difference is %(difference)s."
            )
        return _(
            "The receipts come to %(sum)s, but the report says %(reported)s. The"
            " difference is %(difference)s."
        )

    def dates(self) -> dict[str, str]:
        """The period and the outlet as fields of an address."""
        question = self.question
        found = {
            "from": question.period.since.isoformat(),
            "to": question.period.until.isoformat(),
        }
        if len(question.chosen) < len(question.outlets):
            found["outlet"] = question.chosen[0].code
        return found

    def address(self, **fields: str) -> str:
        own = {BACK: self.back} if self.back else {}
        query = {**self.dates(), **self.found.chosen.query, **fields, **own}
        return f"?{urlencode(query)}"

    def draw(self, one: Contribution) -> ReceiptRow:
        company = self.question.company
        place = one.till
        if len(self.question.chosen) > 1:
            place = f"{place}, {one.outlet}"
        return ReceiptRow(
            title=self._name(one),
            url=self._open(one),
            moment=one.happened_at,
            place=place,
            contribution=one,
            reason=translate_reason(one.reason),
            tenders=", ".join(title_kind(kind, company) for kind in one.tenders),
            amount=self.write(one.amount),
        )

    def _name(self, one: Contribution) -> str:
        if one.receipt_number:
            return one.receipt_number
        if one.sale_uid:
            return _("Voided basket")
        return one.z_number or _("Open shift")

    def _open(self, one: Contribution) -> str:
        if one.receipt_number and self.is_at_till:
            return reverse("sales:receipt", args=[one.sale_uid])
        if one.sale_uid:
            return reverse("admin:sales_sale_change", args=[one.sale_id])
        return reverse("sales:z_report", args=[one.shift_uid]) if one.shift_uid else ""

    def draw_part(self, part: PartOfFigure) -> PartRow:
        fields = {"from": part.since.isoformat(), "to": part.until.isoformat()}
        text = _write_date(part.since)
        if part.is_month:
            text = date_format(part.since, "YEAR_MONTH_FORMAT")
        return PartRow(
            text, self.address(**fields), part.count, self.write(part.amount)
        )


def _is_of_totals(chosen: ReceiptFilter) -> bool:
    """Whether a receipt adds its total, which then needs no column beside it."""
    is_whole = chosen.source in {Source.HOURS, Source.CUSTOMERS}
    is_all = chosen.source == Source.TAXES and chosen.figure_name == "total"
    if is_all and not chosen.values:
        return True
    return is_whole and chosen.figure.amount == "total"


def write_money(value: Any, company: Company) -> str:
    return format_money(value, places=company.currency_places)


def _write_date(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
