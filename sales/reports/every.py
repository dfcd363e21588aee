"""Every report of figures, in the order in which a menu lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pos.models import Company
from sales.reports.categories import report_categories
from sales.reports.customers import report_customers
from sales.reports.days import report_days
from sales.reports.hours import report_hours
from sales.reports.moment import Maker
from sales.reports.products import report_products
from sales.reports.question import VIEW_STAFF
from sales.reports.reasons import report_reasons
from sales.reports.refunds import report_refunds
from sales.reports.staff import report_staff
from sales.reports.stock import report_stock
from sales.reports.taxes import report_taxes
from sales.reports.tenders import report_tenders

VIEW = "sales.view_reports"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """``name`` is that of the address, ``permission`` what a reader of it has.

    One ``is_of_tax`` is in no menu of a company that is not registered. One that
    ``is_compared`` has a column of what sales were before, where that is asked for.
    """

    name: str
    title: str | Promise
    maker: Maker
    permission: str = VIEW
    is_of_tax: bool = False
    is_compared: bool = False

    def name_for(self, company: Company) -> str:
        """Return its title; that of tax is what the company calls it."""
        return company.tax_name if self.is_of_tax else str(self.title)


_ALL = (
    ReportKind("days", _("Sales by day"), report_days, is_compared=True),
    ReportKind("hours", _("Sales by hour"), report_hours),
    ReportKind("products", _("Sales by product"), report_products, is_compared=True),
    ReportKind(
        "categories", _("Sales by category"), report_categories, is_compared=True
    ),
    ReportKind(
        "staff", _("Sales by cashier"), report_staff, VIEW_STAFF, is_compared=True
    ),
    ReportKind("tenders", _("Payment methods"), report_tenders),
    ReportKind("taxes", "", report_taxes, is_of_tax=True),
    ReportKind("reasons", _("Reasons"), report_reasons),
    ReportKind("refunds", _("Refunds and voids"), report_refunds),
    ReportKind("customers", _("Sales by customer"), report_customers),
    ReportKind("stock", _("Stock value"), report_stock),
)
REPORTS: Mapping[str, ReportKind] = {kind.name: kind for kind in _ALL}
