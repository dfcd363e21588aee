"""Till: the one full page that a cashier works on, and its panes."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pos.access.approval import ApprovalForm
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.catalogue.tiles import TILES_MAX, tiles_at
from pos.core.clock import minutes_ahead
from pos.core.ids import uuid7
from pos.core.money import ZERO
from pos.core.receipt_numbers import RECEIPT_NUMBER
from pos.models import Category, Till
from sales.basket.forms import WaitingForm
from sales.basket.new_sale import new_sale
from sales.basket.waiting import waiting_sales
from sales.checkout.settlement import AmountLeft
from sales.models import Sale, Shift
from sales.views.basket_page import basket_context, find_basket

# A basket that has waited longer than this is likely to be forgotten.
LATE = timedelta(hours=2)
# Placeholder for the uid of a sale in the addresses that the scripts get.
ANY_SALE = UUID(int=0)


@never_cache
@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def till(request: StaffRequest, till: Till) -> HttpResponse:
    """Show the device's open basket and the tiles; without a shift, open one first."""
    if not Shift.objects.at_till(till.pk).open().exists():
        return redirect("sales:shifts")
    device = request.device
    mine = Sale.objects.of_company(till.company_id).at_device(device.pk).open()
    uid = mine.values_list("uid", flat=True).first() or uuid7()
    sale, lines = find_basket(request, till, uid)
    context = basket_context(till, sale, lines, device=device)
    context |= {
        "categories": Category.objects.of_company(till.company_id),
        "products": tiles_at(till).favourites()[:TILES_MAX],
        "parked_count": waiting_sales(till, device=device, exclude=uid).count(),
        "any_sale": ANY_SALE,
        "receipt_number": RECEIPT_NUMBER,
        "no_sale": new_sale(uid=ANY_SALE, till=till, actor=request.user),
        "nothing_left": AmountLeft(ZERO, ZERO),
        # The payment of an exchange has such fields, too.
        "approval": ApprovalForm(auto_id="drawer_%s"),
        "clock_ahead": (ahead := minutes_ahead()),
        "clock_behind": -ahead,
        "now": now(),
    }
    return render(request, "basket/till.html", context)


@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def parked(request: StaffRequest, till: Till) -> HttpResponse:
    """Show the parked baskets, the newest first."""
    form = WaitingForm(request.GET)
    if not form.is_valid():
        raise Http404
    exclude = form.cleaned_data["exclude"]
    waiting = waiting_sales(till, device=request.device, exclude=exclude)
    sales = list(waiting.for_basket().select_related("cashier", "till")[:60])
    context = {
        "sales": sales,
        "till": till,
        "company": till.company,
        "now": now(),
        "late_before": now() - LATE,
    }
    return render(request, "basket/_parked.html", context)
