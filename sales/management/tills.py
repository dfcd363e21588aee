"""Tills: finds the till and the shift that a command names."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from pos.management.arguments import get_company
from pos.models import Till
from sales.errors import NoOpenShiftError
from sales.models import Shift


def add_till_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--company", required=True, metavar="CODE")
    parser.add_argument("--till", required=True, metavar="CODE")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", dest="as_format"
    )


def get_till(company: str, code: str) -> Till:
    tills = Till.objects.of_company(get_company(company).pk)
    till = tills.select_related("company", "outlet").filter(code__iexact=code).first()
    if till is None:
        codes = tills.order_by("code").values_list("code", flat=True)
        raise CommandError(f"{company} has no till {code}: it has {', '.join(codes)}.")
    till.outlet.company = till.company
    return till


def get_open_shift(till: Till) -> Shift:
    shifts = Shift.objects.at_till(till.pk).open()
    shift = shifts.select_related("cashier").first()
    if shift is None:
        raise CommandError(str(NoOpenShiftError(till=till)))
    return shift
