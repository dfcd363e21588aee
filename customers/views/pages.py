"""Views: the pages for staff about customers.

The page of one customer is the sales app's, since it shows purchases.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from customers.models.customer import CustomerQuerySet
from customers.models.search import initial_details
from customers.points.forms import AdjustmentForm
from customers.points.ledger import adjust_points
from customers.registration.forms import CorrectionForm, CustomerForm, SearchForm
from customers.registration.register import (
    deactivate_customer,
    register_customer,
    restore_customer,
    update_customer,
)
from customers.templatetags.customers_format import points, signed_points
from customers.views.customer_page import (
    card_to_attach,
    company_of,
    customers_of,
    page_context,
)
from pos.access.requests import StaffRequest
from pos.access.tills import chosen_till
from pos.core.counts import count_rows
from pos.core.forms import RefusableForm
from pos.core.keyset import Order, page_of

PAGE_SIZE = 25
BY_NAME = Order(("name", "pk"), falls=False)


@permission_required("customers.view_customer", raise_exception=True)
@require_safe
@vary_on_headers("HX-Request")
def customer_list(request: StaffRequest) -> HttpResponse:
    """List the customers that match; Enter opens the only one."""
    form = SearchForm(request.GET)
    found = _find_customers(request, form)
    page = page_of(found, request.GET, order=BY_NAME, size=PAGE_SIZE)
    if "open_only_match" in request.GET and len(page) == 1 and not page.has_other_pages:
        return redirect(page.rows[0])
    shown = {name: form[name].value() for name in ("q", "inactive")}
    query = urlencode({name: value for name, value in shown.items() if value})
    context = {
        "form": form,
        "page": page,
        "count": count_rows(found),
        "query": query and f"{query}&",
    }
    status = 422 if form.errors else 200
    if _is_swap(request):
        return render(request, "customers/_list.html", context, status=status)
    context = page_context(request, **context)
    return render(request, "customers/list.html", context, status=status)


@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    initial = initial_details(request.GET.get("q", ""))
    form = CustomerForm(request.POST or None, initial=initial)
    if form.is_valid():
        with form.show_refusals():
            customer = register_customer(
                company=company_of(request),
                details=form.details(),
                actor=request.user,
                uid=form.cleaned_data["uid"],
                till=chosen_till(request),
            )
            messages.success(request, _("%s is now a customer.") % customer)
            return redirect(customer)
    return _form(request, "customers/new.html", form)


@permission_required("customers.change_customer", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, uid: UUID) -> HttpResponse:
    customer = get_object_or_404(customers_of(request), uid=uid)
    form = CorrectionForm(request.POST or None, initial=vars(customer))
    if form.is_valid():
        with form.show_refusals():
            update_customer(
                company=customer.company,
                uid=uid,
                details=form.details(),
                actor=request.user,
                till=chosen_till(request),
            )
            messages.success(request, _("Saved."))
            return redirect(customer)
    return _form(request, "customers/edit.html", form, customer=customer)


@permission_required("customers.deactivate_customer", raise_exception=True)
@require_POST
def deactivation(request: StaffRequest, uid: UUID) -> HttpResponse:
    company = company_of(request)
    customer = deactivate_customer(
        company=company, uid=uid, actor=request.user, till=chosen_till(request)
    )
    messages.success(request, _("%s is now inactive. All records are kept.") % customer)
    return redirect(customer)


@permission_required("customers.deactivate_customer", raise_exception=True)
@require_POST
def restoration(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Restore a customer; at the till, answer with the card to attach."""
    company = company_of(request)
    customer = restore_customer(
        company=company, uid=uid, actor=request.user, till=chosen_till(request)
    )
    if _is_swap(request):
        return card_to_attach(request, customer)
    messages.success(request, _("%s is active again.") % customer)
    return redirect(customer)


@permission_required("customers.adjust_points", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def adjustment(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Add points or take them off, for a reason."""
    customer = get_object_or_404(customers_of(request), uid=uid)
    form = AdjustmentForm(request.POST or None)
    if form.is_valid():
        with form.show_refusals():
            entry = adjust_points(
                customer=customer, actor=request.user, **form.cleaned_data
            )
            text = _("%(points)s points: the balance is %(balance)s.")
            facts = {
                "points": signed_points(entry.points),
                "balance": points(entry.balance_after),
            }
            messages.success(request, text % facts)
            return redirect(customer)
    return _form(request, "customers/adjustment.html", form, customer=customer)


def _find_customers(request: StaffRequest, form: SearchForm) -> CustomerQuerySet:
    """Return the customers asked for; inactive ones need permission to restore."""
    customers = customers_of(request)
    if not form.is_valid():
        return customers.none()
    is_active = not form.cleaned_data["inactive"]
    if not is_active and not request.user.has_perm("customers.deactivate_customer"):
        raise PermissionDenied
    return customers.filter(is_active=is_active).matching(form.cleaned_data["q"])


def _is_swap(request: StaffRequest) -> bool:
    """Whether htmx asks for a piece of the page."""
    return (
        "HX-Request" in request.headers
        and "HX-History-Restore-Request" not in request.headers
    )


def _form(
    request: StaffRequest, template: str, form: RefusableForm, **context: object
) -> HttpResponse:
    status = 422 if form.errors else 200
    form.focus()
    context = page_context(request, form=form, **context)
    return render(request, template, context, status=status)
