"""Working company: the company that a request works for."""

from django.http import HttpRequest

from pos.models import Company, StaffMember

CHOSEN_COMPANY = "admin_company"


def company_id_of(request: HttpRequest) -> int | None:
    """The company a request works for.

    A staff member's own; for a superuser without one, the one chosen in this
    session, and None until then.
    """
    person = request.user
    if not isinstance(person, StaffMember):
        return None
    if person.company_id is not None or not person.is_superuser:
        return person.company_id
    return request.session.get(CHOSEN_COMPANY)


def may_choose_company(request: HttpRequest) -> bool:
    """Whether this is a superuser without a company, who administers all."""
    person = request.user
    return (
        isinstance(person, StaffMember)
        and person.is_active
        and person.is_superuser
        and person.company_id is None
    )


def acts_for_company(request: HttpRequest) -> bool:
    """Whether what this person does can be recorded in the company's books.

    A superuser of another company, or of none, may look and correct, but is not
    one of those who sell, receive and count.
    """
    company_id = getattr(request.user, "company_id", None)
    return company_id is not None and company_id == company_id_of(request)


def company_of(request: HttpRequest) -> Company | None:
    """The row of :func:`company_id_of`."""
    person = request.user
    if isinstance(person, StaffMember) and person.company_id is not None:
        return person.company
    company_id = company_id_of(request)
    return Company.objects.filter(pk=company_id).first() if company_id else None
