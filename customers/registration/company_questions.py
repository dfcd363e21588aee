"""Questions: what a new company is asked, and how each answer is validated."""

from django.utils.text import slugify

from pos.access.errors import CompanyTakenError, UsernameTakenError
from pos.access.premises import require_end_by_noon
from pos.core.currencies import currency
from pos.core.errors import InvalidFieldError
from pos.core.questions import Answers, Question, no_default, option_only
from pos.models import TAX_NAME, Company, Outlet, StaffMember, Till


def _require_free_code(code: str) -> None:
    if Company.objects.filter(code__iexact=code).exists():
        raise CompanyTakenError(code=code)


def _require_free_username(username: str) -> None:
    if StaffMember.objects.filter(username__iexact=username).exists():
        raise UsernameTakenError(username=username)


def _require_known_currency(code: str) -> None:
    if currency(code) is None:
        raise InvalidFieldError(
            field=Company._meta.get_field("currency").verbose_name,
            problem=f"{code} is not an ISO 4217 currency.",
        )


def _code_of_name(answers: Answers) -> str:
    """Return the initials of the name, or its letters if it is one word."""
    words = slugify(answers["name"]).split("-")
    return ("".join(w[:1] for w in words) if len(words) > 1 else words[0]).upper()[:20]


def _username_of_owner(answers: Answers) -> str:
    return slugify(answers["owner_name"]).replace("-", "") or "owner"


QUESTIONS = (
    Question("name", "Name of the company", Company, "name", "--name", no_default),
    Question(
        "code",
        "Short code of the company, as commands name it",
        Company,
        "code",
        "--code",
        _code_of_name,
        check=_require_free_code,
    ),
    Question(
        "currency",
        "Currency",
        Company,
        "currency",
        "--currency",
        lambda answers: "SGD",
        check=_require_known_currency,
    ),
    Question(
        "registration_number",
        "Registration number (UEN)",
        Company,
        "registration_number",
        "--registration-number",
    ),
    Question(
        "gst_number",
        "Tax registration number, empty if not registered",
        Company,
        "gst_number",
        "--gst-number",
    ),
    Question(
        "gst_registered_on",
        "Registered for tax on (YYYY-MM-DD)",
        Company,
        "gst_registered_on",
        "--gst-registered-on",
        no_default,
        is_asked=lambda answers: bool(answers["gst_number"]),
    ),
    Question(
        "tax_name",
        "Name of the tax",
        Company,
        "tax_name",
        "--tax-name",
        lambda answers: TAX_NAME,
        is_asked=lambda answers: bool(answers["gst_number"]),
    ),
    Question("address", "Address", Company, "address", "--address"),
    Question("phone", "Phone", Company, "phone", "--phone"),
    Question(
        "time_zone",
        "Time zone",
        Company,
        "time_zone",
        "--time-zone",
        lambda answers: "Asia/Singapore",
    ),
    Question(
        "outlet_name",
        "Name of the outlet",
        Outlet,
        "name",
        "--outlet",
        lambda answers: answers["name"],
    ),
    Question(
        "outlet_code",
        "Short code of the outlet",
        Outlet,
        "code",
        "--outlet-code",
        lambda answers: "MAIN",
    ),
    Question(
        "day_ends_at",
        "End of the business day: what is sold before it belongs to the day before",
        Outlet,
        "day_ends_at",
        "--day-ends-at",
        # Few shops sell after midnight.
        is_asked=option_only,
        check=require_end_by_noon,
    ),
    Question(
        "till_code",
        "Code of the till; it begins every receipt number",
        Till,
        "code",
        "--till",
        lambda answers: "1",
    ),
    Question(
        "owner_name",
        "Name of the owner",
        StaffMember,
        "name",
        "--owner-name",
        lambda answers: "Owner",
    ),
    Question(
        "owner_username",
        "The owner's sign-in name",
        StaffMember,
        "username",
        "--owner",
        _username_of_owner,
        check=_require_free_username,
    ),
)
