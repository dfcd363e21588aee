"""Views: the fragments by which the till finds and registers customers."""

from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Customer
from customers.models.search import initial_details, is_searchable
from customers.registration.forms import QuickAddForm, SearchForm
from customers.registration.register import register_customer
from customers.views.customer_page import card_to_attach, company_of, customers_of
from pos.access.requests import StaffRequest
from pos.access.tills import chosen_till

MATCHES_MAX = 6


@permission_required("customers.view_customer", raise_exception=True)
@require_safe
def find(request: StaffRequest) -> HttpResponse:
    """Show the first matches of what is typed at the till."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    active = customers_of(request).active()
    found = (
        list(active.matching(words)[: MATCHES_MAX + 1]) if is_searchable(words) else []
    )
    context = {
        "words": words,
        "matches": found[:MATCHES_MAX],
        "has_more": len(found) > MATCHES_MAX,
        "is_enough": is_searchable(words),
        "is_certain": len(found) == 1 and _is_whole(words, found[0]),
        "form": QuickAddForm(
            company=company_of(request), initial=initial_details(words)
        ),
    }
    return render(request, "customers/_find_results.html", context)


@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def quick_add(request: StaffRequest) -> HttpResponse:
    """Register a customer at the till; answer with the card to attach."""
    company = company_of(request)
    words = initial_details(request.GET.get("q", ""))
    form = QuickAddForm(request.POST or None, company=company, initial=words)
    if form.is_valid():
        with form.show_refusals():
            customer = register_customer(
                company=company,
                details=form.details(),
                actor=request.user,
                uid=form.cleaned_data["uid"],
                till=chosen_till(request),
            )
            return card_to_attach(request, customer)
    status = 422 if form.errors else 200
    context = {"form": form}
    return render(request, "customers/_quick_add.html", context, status=status)


@permission_required("customers.view_customer", raise_exception=True)
@require_safe
def card(request: StaffRequest, uid: UUID) -> HttpResponse:
    customer = get_object_or_404(customers_of(request), uid=uid)
    return render(request, "customers/_card.html", {"customer": customer})


def _is_whole(words: str, customer: Customer) -> bool:
    """Whether the text is a whole phone number or the customer's code."""
    return customer.phone == words or customer.code.upper() == words.upper()
