"""Views: choosing a till, and the products on its tiles."""

from collections.abc import Sequence

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    conditional_page,
    require_http_methods,
    require_safe,
)

from pos.access.forms import TillChoiceForm
from pos.access.requests import StaffRequest
from pos.access.sign_in import own_page
from pos.access.tills import choose_till, chosen_till, till_required, tills_for
from pos.catalogue.forms import TilesForm
from pos.catalogue.tiles import TILES_MAX, search_tiles, tiles_at
from pos.core.localized_names import name_in_language
from pos.models import Barcode, Product, Till
from pos.models.catalogue import ProductQuerySet


@permission_required("sales.sell", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def till_choice(request: StaffRequest) -> HttpResponse:
    """Choose which till this browser is, and go on to the page wanted before."""
    if request.user.company_id is None:
        raise PermissionDenied
    tills = tills_for(request).order_by("outlet__name", "code")
    form = TillChoiceForm(request.POST or None, tills=tills)
    if request.method == "POST" and form.is_valid():
        response = HttpResponseRedirect(_next_url(request))
        choose_till(request, response, form.cleaned_data["till"])
        return response
    context = {"tills": tills, "chosen": chosen_till(request), "form": form}
    status = 422 if form.errors else 200
    return render(request, "access/till_choice.html", context, status=status)


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
    """The tiles of the products that have every word typed, then of those like them.

    With ``back`` goods are returned, so that none of them is shown as sold out.
    """
    words = request.GET.get("q", "").strip()[:100]
    products = tiles_at(till)
    if not words:
        return _tiles(request, till, products.favourites())
    found, similar = search_tiles(products, words)
    return _tiles(request, till, found, words=words, similar=similar)


@conditional_page
@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def product_index(request: StaffRequest, till: Till) -> HttpResponse:
    """Answer with name, price and unit, which a line shows before it is priced.

    By barcode and SKU. A client that has kept it gets 304 until something changes;
    a browser keeps nothing that needs signing in.
    """
    products = Product.objects.of_company(till.company_id).active()
    places = till.company.currency_places
    shown = {
        pk: [
            name_in_language(*names),
            "" if is_open_price else f"{price:.{places}f}",
            unit,
            sku,
        ]
        for pk, price, is_open_price, unit, sku, *names in products.values_list(
            "pk", "price", "is_open_price", "unit", "sku", "name", "second_name"
        )
    }
    index = {row[3]: row for row in shown.values()}
    barcodes = Barcode.objects.of_company(till.company_id)
    for code, product_id in barcodes.values_list("code", "product_id"):
        if product_id in shown:
            index[code] = shown[product_id]
    return JsonResponse(index)


def _tiles(
    request: StaffRequest,
    till: Till,
    products: Sequence[Product] | ProductQuerySet,
    *,
    words: str = "",
    similar: Sequence[Product] = (),
) -> HttpResponse:
    context = {
        "products": products[:TILES_MAX],
        "company": till.company,
        "words": words,
        "similar": similar,
        "comes_back": "back" in request.GET,
    }
    return render(request, "catalogue/_tiles.html", context)


def _next_url(request: StaffRequest) -> str:
    """Return the page that was wanted before, if it is one of ours."""
    return own_page(request, request.POST.get("next", "")) or reverse("sales:till")
