"""Back office: pages on which stock is received and counts are posted.

They have their own addresses, since the admin's change page already runs in a
transaction and the services start theirs.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast
from uuid import uuid5

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import acts_for_company, company_id_of
from pos.admin import columns
from pos.admin.scoping import CompanyAdmin
from pos.core.errors import DomainError
from pos.core.ids import uuid7
from pos.core.reasons import REASON_MAX
from pos.models import Outlet, Product, StaffMember, StockMovement
from pos.stock.receive import count_stock, receive_stock

ROWS_MAX = 100


class StockForm(forms.Form):
    """How many of each product, where and why.

    The uid makes a repeat harmless.
    """

    uid = forms.UUIDField(widget=forms.HiddenInput)
    outlet = forms.ModelChoiceField(
        Outlet.objects.none(), label=_("Outlet"), empty_label=None
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        # The number of a delivery note may be scanned.
        widget=forms.TextInput(attrs={"size": 40, "data-takes-scan": True}),
    )

    def __init__(
        self, *args: Any, products: list[Product], outlets: QuerySet[Outlet], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        cast(forms.ModelChoiceField, self.fields["outlet"]).queryset = outlets
        self.products = products
        for product in products:
            self.fields[_name(product)] = forms.DecimalField(
                label=product.name,
                required=False,
                min_value=0,
                max_digits=14,
                decimal_places=0 if product.is_sold_by_the_piece else 3,
            )

    def header(self) -> list[BoundField]:
        return [self["outlet"], self["reason"]]

    def rows(self) -> Iterable[tuple[Product, str, BoundField]]:
        for product in self.products:
            yield product, _on_hand(product), self[_name(product)]

    def quantities(self) -> dict[Product, Decimal]:
        """Return the quantities typed, by product; empty fields are left out."""
        typed = {p: self.cleaned_data[_name(p)] for p in self.products}
        return {product: n for product, n in typed.items() if n is not None}

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.quantities():
            raise forms.ValidationError(_("Type a quantity for at least one product."))
        return self.cleaned_data


def _name(product: Product) -> str:
    return f"quantity_{product.pk}"


def _on_hand(product: Product) -> str:
    """Return how many are recorded at each outlet."""
    return ", ".join(
        f"{item.outlet} {columns.quantity(item.on_hand)}"
        for item in product.stock_items.all()
    )


class StockEntry(CompanyAdmin):
    """Gives the admin of products its two pages for stock."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("receive/", view(self.receive), name="pos_product_receive"),
            path("count/", view(self.count), name="pos_product_count"),
            *super().get_urls(),
        ]

    def has_receive_permission(self, request: HttpRequest) -> bool:
        return acts_for_company(request) and request.user.has_perm("pos.receive_stock")

    def has_count_permission(self, request: HttpRequest) -> bool:
        return acts_for_company(request) and request.user.has_perm("pos.count_stock")

    @admin.action(permissions=["receive"], description=_("Receive stock"))
    def receive_selected(
        self, request: HttpRequest, products: QuerySet[Any]
    ) -> HttpResponse:
        return stock_page(request, "receive", products)

    @admin.action(permissions=["count"], description=_("Count stock"))
    def count_selected(
        self, request: HttpRequest, products: QuerySet[Any]
    ) -> HttpResponse:
        return stock_page(request, "count", products)

    def page_links(self, request: HttpRequest, obj: Product) -> list[tuple[str, Any]]:
        links: list[tuple[str, Any]] = []
        if obj.is_tracked and self.has_receive_permission(request):
            links.append((stock_address("receive", [obj.pk]), _("Receive stock")))
        if obj.is_tracked and self.has_count_permission(request):
            links.append((stock_address("count", [obj.pk]), _("Count stock")))
        return links

    def receive(self, request: HttpRequest) -> HttpResponse:
        """Receive goods, all in one transaction."""
        if not self.has_receive_permission(request):
            raise PermissionDenied
        form = self._form(request)
        if request.method == "POST" and form.is_valid() and _receive(request, form):
            return redirect("admin:pos_product_changelist")
        return self._page(request, form, gettext("Receive stock"), gettext("Came in"))

    def count(self, request: HttpRequest) -> HttpResponse:
        """Post stock counts, in one transaction for each product."""
        if not self.has_count_permission(request):
            raise PermissionDenied
        form = self._form(request)
        if request.method == "POST" and form.is_valid() and _post_counts(request, form):
            return redirect("admin:pos_product_changelist")
        return self._page(request, form, gettext("Count stock"), gettext("Counted"))

    def _form(self, request: HttpRequest) -> StockForm:
        company_id = company_id_of(request)
        keys = [
            k for k in request.GET.getlist("product") if k.isdecimal() and len(k) < 19
        ]
        products = (
            Product.objects.of_company(company_id)
            .filter(pk__in=keys[:ROWS_MAX], is_tracked=True)
            .prefetch_related("stock_items__outlet")
            .order_by("name")
        )
        return StockForm(
            request.POST if request.method == "POST" else None,
            products=list(products),
            outlets=Outlet.objects.of_company(company_id).filter(is_active=True),
            initial={"uid": uuid7(), "outlet": request.GET.get("outlet")},
        )

    def _page(
        self, request: HttpRequest, form: StockForm, title: str, heading: str
    ) -> HttpResponse:
        if not form.products:
            text = gettext("Choose products whose stock is counted.")
            self.message_user(request, text, messages.WARNING)
            return redirect("admin:pos_product_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "heading": heading,
            "form": form,
        }
        return TemplateResponse(request, "admin/pos/stock_entry.html", context)


def stock_address(page: str, keys: Iterable[int], outlet: int | None = None) -> str:
    query: list[tuple[str, int]] = [("product", key) for key in keys]
    if outlet is not None:
        query.append(("outlet", outlet))
    return f"{reverse(f'admin:pos_product_{page}')}?{urlencode(query)}"


def stock_page(
    request: HttpRequest, page: str, products: QuerySet[Any], outlet: int | None = None
) -> HttpResponse:
    """Open the page for these products, or say that there are too many."""
    keys = list(products.order_by("pk").values_list("pk", flat=True)[: ROWS_MAX + 1])
    if len(keys) > ROWS_MAX:
        text = gettext("Choose at most %(limit)s products.") % {"limit": ROWS_MAX}
        messages.warning(request, text)
        return redirect("admin:pos_product_changelist")
    return HttpResponseRedirect(stock_address(page, keys, outlet))


def _receive(request: HttpRequest, form: StockForm) -> bool:
    """Receive what the form says; a refusal is shown on the form."""
    actor = cast(StaffMember, request.user)
    uid, reason = form.cleaned_data["uid"], form.cleaned_data["reason"]
    is_repeat = StockMovement.objects.of_company(actor.company_id).filter(source=uid)
    is_first = not is_repeat.exists()
    try:
        movements = receive_stock(
            uid=uid,
            outlet=form.cleaned_data["outlet"],
            quantities={product.pk: n for product, n in form.quantities().items()},
            reason=reason,
            actor=actor,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    if is_first:
        for movement in movements:
            _log(request, movement)
    text = ngettext("%d product received.", "%d products received.", len(movements))
    messages.success(request, text % len(movements))
    return True


def _post_counts(request: HttpRequest, form: StockForm) -> bool:
    """Post each count; a refused one is shown on the form, the others are posted.

    A repeat of the form counts nothing twice: each product has its own uid, made
    from the form's.
    """
    actor = cast(StaffMember, request.user)
    done = 0
    for product, counted in form.quantities().items():
        uid = uuid5(form.cleaned_data["uid"], str(product.uid))
        posted = StockMovement.objects.of_company(actor.company_id).filter(source=uid)
        is_first = not posted.exists()
        try:
            movement = count_stock(
                uid=uid,
                outlet=form.cleaned_data["outlet"],
                product=product,
                counted=counted,
                reason=form.cleaned_data["reason"],
                actor=actor,
            )
        except DomainError as error:
            form.add_error(_name(product), str(error))
            continue
        done += 1
        if is_first:
            _log(request, movement)
    if done:
        text = ngettext("%d count posted.", "%d counts posted.", done) % done
        messages.success(request, text)
    return not form.errors


def _log(request: HttpRequest, movement: StockMovement) -> None:
    """Write the movement to the history of the stock item."""
    facts = {
        "kind": movement.get_kind_display(),
        "quantity": columns.quantity(movement.quantity),
        "reason": movement.reason,
    }
    LogEntry.objects.log_actions(
        cast(StaffMember, request.user).pk,
        [movement.stock_item],
        CHANGE,
        change_message=gettext("%(kind)s: %(quantity)s (%(reason)s)") % facts,
        single_object=True,
    )
