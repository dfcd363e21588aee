"""Forms: what is typed about goods that come back, checked by its shape."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pos.core.errors import (
    InvalidAmountError,
    InvalidQuantityError,
    NotOfThisCompanyError,
)
from pos.core.reasons import REASON_MAX
from pos.models import CHOSEN_TENDERS, Company, Product, Till
from pos.models.tender_kind import KIND_MAX
from sales.basket.errors import InvalidOperationError
from sales.basket.limits import LINES_MAX, QUANTITY_LIMIT
from sales.checkout.errors import UnknownTenderError
from sales.checkout.settlement import CASH
from sales.models.tender import REFERENCE_MAX
from sales.refunds.request import ReturnedLine, ReturnWithoutReceipt, ShownRefund
from sales.refunds.settlement import AS_PAID, RefundTender

OTHER = "other"
REASONS = (
    ("unwanted", _("Not wanted")),
    ("wrong", _("Wrong item")),
    ("damaged", _("Damaged")),
    ("expired", _("Past date")),
    (OTHER, _("Other")),
)


class ReturnForm(forms.Form):
    """One line that comes back, and how much of it."""

    line = forms.UUIDField()
    quantity = forms.DecimalField(max_digits=9, decimal_places=3)
    is_restocked = forms.BooleanField(required=False)


class ReturnWithoutReceiptForm(forms.Form):
    """One product that comes back, and what is paid back for one of it."""

    product = forms.UUIDField()
    quantity = forms.DecimalField(max_digits=9, decimal_places=3)
    price = forms.DecimalField(max_digits=14, decimal_places=3, required=False)
    is_restocked = forms.BooleanField(required=False)


class RefundForm(forms.Form):
    """A refund without its lines. Without a kind it is paid back as it was paid."""

    uid = forms.UUIDField()
    reason = forms.CharField(max_length=REASON_MAX, required=False)
    own_reason = forms.CharField(max_length=REASON_MAX, required=False)
    kind = forms.CharField(max_length=KIND_MAX, required=False)
    reference = forms.CharField(max_length=REFERENCE_MAX, required=False)
    shown_due = forms.DecimalField(max_digits=14, decimal_places=3, required=False)
    shown_tax = forms.DecimalField(max_digits=14, decimal_places=3, required=False)
    shown_tenders = forms.CharField(max_length=200, required=False)


def returned_rows(query: QueryDict) -> list[dict[str, Any]]:
    """Return the ticked lines of a form or an address, as they were typed."""
    return [
        {
            "line": line,
            "quantity": query.get(f"quantity-{line}"),
            "is_restocked": query.get(f"restocked-{line}", "true"),
        }
        for line in query.getlist("line")
    ]


def read_original(fields: Mapping[str, Any]) -> UUID:
    """Return the uid of the receipt; InvalidOperationError when it is none."""
    try:
        return UUID(str(fields.get("original")))
    except ValueError as error:
        raise InvalidOperationError(what="original") from error


def read_returns(rows: object) -> list[ReturnedLine]:
    """Read lines that come back.

    Raises InvalidOperationError when they are no lines at all, and
    InvalidQuantityError when a quantity is not one.
    """
    if not isinstance(rows, list) or len(rows) > LINES_MAX:
        raise InvalidOperationError(what=_("lines"))
    forms_ = [ReturnForm(row if isinstance(row, dict) else {}) for row in rows]
    for form in forms_:
        if not form.is_valid():
            if list(form.errors) == ["quantity"]:
                raise InvalidQuantityError(limit=QUANTITY_LIMIT)
            raise InvalidOperationError(what=_("line"))
    return [ReturnedLine(**form.cleaned_data) for form in forms_]


def read_returns_without_receipt(
    query: QueryDict, *, till: Till
) -> list[ReturnWithoutReceipt]:
    """Read the products of a form or an address, with one query.

    Raises InvalidQuantityError, InvalidAmountError, InvalidOperationError or
    NotOfThisCompanyError.
    """
    rows = [
        ReturnWithoutReceiptForm(
            {
                "product": uid,
                "quantity": query.get(f"quantity-{uid}"),
                "price": query.get(f"price-{uid}"),
                "is_restocked": query.get(f"restocked-{uid}", "true"),
            }
        )
        for uid in query.getlist("product")[: LINES_MAX + 1]
    ]
    for row in rows:
        if "quantity" in row.errors:
            raise InvalidQuantityError(limit=QUANTITY_LIMIT)
        if "price" in row.errors:
            raise InvalidAmountError(amount=row.data["price"])
        if row.errors:
            raise InvalidOperationError(what=_("product"))
    products = Product.objects.of_company(till.company_id)
    uids = [row.cleaned_data["product"] for row in rows]
    by_uid = {product.uid: product for product in products.filter(uid__in=uids)}
    if by_uid.keys() != set(uids):
        raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
    return [
        ReturnWithoutReceipt(
            product=by_uid[row.cleaned_data["product"]],
            quantity=row.cleaned_data["quantity"],
            unit_price=row.cleaned_data["price"],
            is_restocked=row.cleaned_data["is_restocked"],
        )
        for row in rows
    ]


def read_tenders(kind: str, reference: str = "") -> list[RefundTender]:
    """Return the tender of the chosen way; none where it goes back as it was paid.

    Vouchers go back by themselves: no page names them. Raises UnknownTenderError for
    what is no other way to pay.
    """
    if kind == AS_PAID and not reference:
        return []
    if kind != AS_PAID and kind not in dict(CHOSEN_TENDERS):
        raise UnknownTenderError(kind=kind)
    return [RefundTender(kind, None, reference)]


def read_tenders_without_receipt(
    kind: str, reference: str = "", *, company: Company
) -> list[RefundTender]:
    """Return the tender of the chosen way; by default cash, where it is accepted.

    Raises UnknownTenderError for what the company does not take.
    """
    accepted = company.accepted_tenders
    if kind and kind not in accepted:
        raise UnknownTenderError(kind=kind)
    usual = CASH if CASH in accepted else next(iter(accepted), CASH)
    return [RefundTender(kind or usual, None, reference)]


def read_terms(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Read uid, reason, kind, reference, and what was shown; the reason as it is saved.

    Raises InvalidOperationError when they are none of that.
    """
    form = RefundForm(typed)
    if not form.is_valid():
        raise InvalidOperationError(what=_("refund"))
    terms = form.cleaned_data
    due, tax = terms.pop("shown_due"), terms.pop("shown_tax")
    tenders = terms.pop("shown_tenders")
    terms["shown"] = None if None in (due, tax) else ShownRefund(due, tax, tenders)
    reasons = dict(REASONS)
    if terms["reason"] == OTHER:
        terms["reason"] = terms["own_reason"]
    elif terms["reason"] in reasons:
        terms["reason"] = str(reasons[terms["reason"]])
    return terms
