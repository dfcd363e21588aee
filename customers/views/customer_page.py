"""Customer pages: what the views of customers share."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from customers.models import Customer
from customers.models.customer import CustomerQuerySet
from pos.access.requests import StaffRequest
from pos.access.tills import chosen_till
from pos.models import Company


def company_of(request: StaffRequest) -> Company:
    """The company of the person, who must have one to know its customers."""
    company: Company | None = request.user.company
    if company is None:
        raise PermissionDenied
    return company


def customers_of(request: StaffRequest) -> CustomerQuerySet:
    return Customer.objects.filter(company=company_of(request))


def page_context(request: StaffRequest, **context: object) -> dict[str, object]:
    """The context of a whole page: its own, and what its frame shows."""
    frame = {"company": company_of(request), "till": chosen_till(request), "now": now()}
    return frame | context


def card_to_attach(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Answer with the card of a customer whom the till attaches at once."""
    context = {"customer": customer, "attach_now": True}
    return render(request, "customers/_card.html", context)
