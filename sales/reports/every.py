"""Every report of figures, in the order in which a menu lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sales.reports.days import report_days
from sales.reports.moment import Maker

VIEW = "sales.view_reports"
VIEW_STAFF = "sales.view_staff_figures"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """``name`` is that of the address, ``permission`` what a reader of it has."""

    name: str
    title: str | Promise
    maker: Maker
    permission: str = VIEW


REPORTS: Mapping[str, ReportKind] = {
    kind.name: kind for kind in (ReportKind("days", _("Sales by day"), report_days),)
}
