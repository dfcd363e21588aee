"""Receipts: finds a receipt, and prints it again."""

from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import Till
from sales.models import Sale
from sales.receipts.forms import PrintForm
from sales.receipts.prints import record_print
from sales.receipts.receipt import draw_barcode, draw_receipt
from sales.views.receipt_page import next_print, receipts_page


@permission_required("sales.view_sale", raise_exception=True)
@require_safe
@till_required
def receipts(request: StaffRequest, till: Till) -> HttpResponse:
    """Show receipts of this till today, of all tills, or those that match a search."""
    return receipts_page(request, till, shown=None)


@permission_required("sales.view_sale", raise_exception=True)
@require_safe
@till_required
def receipt(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Show one receipt beside the others."""
    sales = Sale.objects.of_company(till.company_id).finalized()
    sale = sales.for_receipt().filter(uid=uid).first()
    if sale is None:
        raise Http404
    return receipts_page(request, till, shown=sale)


@sensitive_post_parameters("approver_password")
@permission_required("sales.view_sale", raise_exception=True)
@require_POST
@till_required
def prints(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Count one more printing; answer with the paper, which says COPY on a copy.

    What the page says of the next print comes with it.
    """
    form = PrintForm(request.POST)
    printed = record_print(
        sale_uid=uid,
        actor=request.user,
        approved_by=approver_in(request),
        uid=form.read_uid(),
    )
    sale = Sale.objects.for_receipt().get(pk=printed.sale_id)
    receipt = draw_receipt(sale, copy=printed.copy_number)
    context = {"sale": sale, "receipt": receipt, "company": till.company}
    context |= next_print(sale, request.user)
    return render(request, "receipts/_printed.html", context)


@permission_required("sales.view_sale", raise_exception=True)
@require_safe
def barcode(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Answer with the receipt number as a barcode."""
    sales = Sale.objects.of_company(request.user.company_id).finalized()
    sale = sales.filter(uid=uid).first()
    if sale is None:
        raise Http404
    picture = draw_barcode(str(sale.receipt_number))
    return HttpResponse(picture, content_type="image/svg+xml")
