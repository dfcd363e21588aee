"""Views: choosing a till, and the products on its tiles."""

from collections.abc import Sequence

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    conditional_page,
    require_http_methods,
    require_safe,
)

from pos.access.addresses import client_address
from pos.access.attempts import counted_attempt
from pos.access.enrolment import enrol_by_code, enrol_device
from pos.access.forms import EnrolmentForm, TillChoiceForm
from pos.access.requests import StaffRequest
from pos.access.sign_in import own_page
from pos.access.tills import (
    device_of,
    device_uid_of,
    is_withdrawn,
    may_choose_till,
    remember_device,
    till_required,
    tills_for,
)
from pos.catalogue.forms import TilesForm
from pos.catalogue.product_index import write_product_index
from pos.catalogue.tiles import TILES_MAX, FoundTiles, search_tiles, tiles_at
from pos.models import AttemptKind, Device, Product, Till
from pos.models.catalogue import ProductQuerySet


@permission_required("sales.sell", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def till_choice(request: StaffRequest) -> HttpResponse:
    """Make this browser a device of a till, and go on to the page wanted before.

    Who may enrol chooses the till; anybody else types the code that they were given.
    """
    if request.user.company_id is None:
        raise PermissionDenied
    tills = tills_for(request).order_by("outlet__name", "code")
    form: TillChoiceForm | EnrolmentForm
    if may_choose_till(request):
        form = TillChoiceForm(request.POST or None, tills=tills)
    else:
        form = EnrolmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.show_refusals():
            device = _enrol(request, form)
            response = HttpResponseRedirect(_next_url(request))
            remember_device(request, response, device)
            return response
    context = {
        "tills": tills,
        "has_outlets": request.user.may_use_every_outlet
        or bool(request.user.outlet_ids),
        "device": device_of(request),
        "is_withdrawn": is_withdrawn(request),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "access/till_choice.html", context, status=status)


def _enrol(request: StaffRequest, form: TillChoiceForm | EnrolmentForm) -> Device:
    """Enrol this browser as it was asked for, instead of what it was before."""
    sent = form.cleaned_data
    facts = {"uid": sent["uid"], "instead_of": device_uid_of(request)}
    if isinstance(form, TillChoiceForm):
        return enrol_device(
            till=sent["till"], name=sent["name"], actor=request.user, **facts
        )
    with counted_attempt(
        kind=AttemptKind.ENROLMENT,
        person=request.user,
        address=client_address(request),
    ):
        return enrol_by_code(code=sent["code"], actor=request.user, **facts)


@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def tiles(request: StaffRequest, till: Till) -> HttpResponse:
    """The tiles of one category, or the favourites."""
    form = TilesForm(request.GET, company_id=till.company_id)
    if not form.is_valid():
        raise Http404
    category = form.cleaned_data["category"]
    products = tiles_at(till)
    if category is None:
        return _tiles(request, till, products.favourites())
    return _tiles(request, till, products.filter(category=category))


@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def product_search(request: StaffRequest, till: Till) -> HttpResponse:
    """The tiles of what a code names or words find, then of what is like them.

    With ``back`` goods are returned, so that none of them is shown as sold out.
    """
    words = request.GET.get("q", "").strip()
    if not words:
        return _tiles(request, till, tiles_at(till).favourites())
    found = search_tiles(till, words)
    return _tiles(request, till, found.tiles, words=words, found=found)


@conditional_page
@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def product_index(request: StaffRequest, till: Till) -> HttpResponse:
    """Answer with name, price and unit, which a line shows before it is priced.

    By barcode and SKU. A client that has kept it gets 304 until something changes;
    a browser keeps nothing that needs signing in.
    """
    index = write_product_index(till.company)
    return HttpResponse(index, content_type="application/json")


def _tiles(
    request: StaffRequest,
    till: Till,
    products: Sequence[Product] | ProductQuerySet,
    *,
    words: str = "",
    found: FoundTiles | None = None,
) -> HttpResponse:
    context = {
        "products": products[:TILES_MAX],
        "company": till.company,
        "words": words,
        "similar": found.similar if found else [],
        "code": found.code if found else "",
        "comes_back": "back" in request.GET,
    }
    return render(request, "catalogue/_tiles.html", context)


def _next_url(request: StaffRequest) -> str:
    """Return the page that was wanted before, if it is one of ours."""
    return own_page(request, request.POST.get("next", "")) or reverse("sales:till")
