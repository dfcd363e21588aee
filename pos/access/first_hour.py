"""First hour: what a new shop has to do before it sells, and what of it is done.

Each state is read from the rows themselves, so nothing has to be ticked off. Addresses
and permissions of the apps above are only names here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.backups import has_backup
from pos.core.clock import database_now
from pos.core.transactions import atomic_with_retry
from pos.models import (
    Company,
    Device,
    Pin,
    Product,
    StaffMember,
    TaxCode,
    TaxRate,
    Till,
)

MAY_DISMISS = "pos.change_company"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; for who has all ``permissions``.

    ``route`` is where, or nothing if it is done in a terminal.
    """

    key: str
    title: Any
    to_do: Any
    done: Any
    icon: str
    permissions: tuple[str, ...]
    route: str = ""
    link: Any = ""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as a page shows it."""

    title: str
    text: str
    icon: str
    is_done: bool
    url: str
    link: str


STEPS = (
    Step(
        "goods",
        _("Goods"),
        _("Add what you sell by hand, or import a file of it."),
        _("There are goods to sell."),
        "tag",
        ("pos.add_product",),
        "admin:pos_product_changelist",
        _("Add goods"),
    ),
    Step(
        "taxes",
        _("Taxes"),
        _("Enter the standard rate of tax that is in force now."),
        _("Today's rate is there. Not registered for tax, a shop charges none."),
        "percent",
        ("pos.add_taxrate",),
        "admin:pos_taxrate_changelist",
        _("Look at the rates"),
    ),
    Step(
        "staff",
        _("Staff and PINs"),
        _("Add who works here, and give each a first PIN; yourself, too."),
        _("Everybody has a PIN."),
        "badge",
        ("pos.add_staffmember", "pos.change_staffmember"),
        "admin:pos_staffmember_changelist",
        _("Add people and PINs"),
    ),
    Step(
        "tills",
        _("Tills"),
        _("Open the till in the browser of each counter, and enrol it there."),
        _("Every till has its browser."),
        "drawer",
        ("pos.enrol_device",),
        "admin:pos_till_changelist",
        _("Look at the tills"),
    ),
    Step(
        "trial",
        _("Trial sale"),
        _("Sell one thing and refund it: both stay in the books, and come to nothing."),
        _("A till has sold and refunded."),
        "receipt",
        ("sales.sell", "sales.refund_sale"),
        "sales:till",
        _("Open the till"),
    ),
    Step(
        "backup",
        _("Backup"),
        _("In a terminal on the server run: %(program)s backup"),
        _("There is a backup. Keep a copy on another machine."),
        "box",
        (MAY_DISMISS,),
    ),
)


def show_first_hour(company: Company | None, person: StaffMember) -> dict[str, Any]:
    """Return what a page shows of it: the steps that the person may do, or none.

    None are left once they are all done, or the owner has put them away; nor in the
    demo. Takes one statement, of which no part reads more where more is sold.
    """
    if company is None or settings.IS_DEMO:
        return {}
    may_dismiss = person.has_perm(MAY_DISMISS)
    if company.first_hour_dismissed_at is not None:
        return {"was_dismissed": may_dismiss}
    mine = [step for step in STEPS if person.has_perms(step.permissions)]
    if not mine:
        return {}
    is_done = read_states(company)
    if all(is_done[step.key] for step in mine):
        return {}
    shown = [_show(step, is_done[step.key]) for step in mine]
    return {
        "steps": shown,
        "done": sum(step.is_done for step in shown),
        "may_dismiss": may_dismiss,
    }


def read_states(company: Company) -> Mapping[str, bool]:
    """Return of each step whether it is done. Takes one statement."""
    asked = {key: make(company) for key, make in STATES.items()}
    states: Any = Company.objects.filter(pk=company.pk).values(**asked).get()
    return {
        "goods": states["goods"],
        "taxes": not company.gst_number or states["rate"],
        "staff": not states["lacks_pin"],
        "tills": states["till"] and not states["lacks_device"],
        "trial": states["trial"],
        "backup": has_backup(),
    }


@atomic_with_retry
def dismiss_first_hour(*, company: Company, actor: StaffMember) -> None:
    """Put the steps away for everybody; a repeat changes and writes nothing.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not change the company.
    """
    require(actor, MAY_DISMISS, subject=company)
    name_actor(actor)
    kept = Company.objects.filter(pk=company.pk, first_hour_dismissed_at=None)
    if kept.update(first_hour_dismissed_at=database_now()):
        record(Act.FIRST_HOUR_DISMISSED, actor=actor, company=company)


@atomic_with_retry
def bring_back_first_hour(*, company: Company, actor: StaffMember) -> None:
    """Show the steps again that were put away; a repeat changes and writes nothing.

    Refuses what :func:`dismiss_first_hour` refuses.
    """
    require(actor, MAY_DISMISS, subject=company)
    name_actor(actor)
    away = Company.objects.filter(pk=company.pk, first_hour_dismissed_at__isnull=False)
    if away.update(first_hour_dismissed_at=None):
        record(Act.FIRST_HOUR_BROUGHT_BACK, actor=actor, company=company)


def _show(step: Step, is_done: bool) -> ShownStep:
    to_do = str(step.to_do) % {"program": settings.PROGRAM}
    return ShownStep(
        title=str(step.title),
        text=str(step.done) if is_done else to_do,
        icon="check" if is_done else step.icon,
        is_done=is_done,
        url=reverse(step.route) if step.route else "",
        link=str(step.link),
    )


def _goods(company: Company) -> Exists:
    return Exists(Product.objects.filter(company=company, is_active=True))


def _rate(company: Company) -> Exists:
    rates = TaxRate.objects.filter(company=company, tax_code=TaxCode.SR)
    today = TruncDate(Now(), tzinfo=ZoneInfo(company.time_zone))
    return Exists(rates.filter(valid_from__lte=today))


def _lacks_pin(company: Company) -> Exists:
    pins = Pin.objects.filter(person=OuterRef("pk"))
    people = StaffMember.objects.filter(company=company, is_active=True)
    return Exists(people.filter(~Exists(pins)))


def _till(company: Company) -> Exists:
    return Exists(Till.objects.filter(company=company, is_active=True))


def _lacks_device(company: Company) -> Exists:
    devices = Device.objects.filter(till=OuterRef("pk"), revoked_at=None)
    tills = Till.objects.filter(company=company, is_active=True)
    return Exists(tills.filter(~Exists(devices)))


def _trial(company: Company) -> Exists:
    """Ask the counters of the tills: no sale is read."""
    tills = Till.objects.filter(company=company, last_sale_number__gt=0)
    return Exists(tills.filter(last_refund_number__gt=0))


STATES: Mapping[str, Callable[[Company], Exists]] = {
    "goods": _goods,
    "rate": _rate,
    "lacks_pin": _lacks_pin,
    "till": _till,
    "lacks_device": _lacks_device,
    "trial": _trial,
}
