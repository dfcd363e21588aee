"""Back office: the forms of products and their barcodes."""

from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.admin.restrictions import LIFTED
from pos.admin.scoping import CompanyForm
from pos.catalogue.barcodes import code_key
from pos.catalogue.clean_codes import clean_barcode
from pos.catalogue.errors import BarcodeTakenError
from pos.catalogue.product_plan import drop_containers, is_lifted
from pos.catalogue.products import require_free_sku
from pos.core.errors import DomainError
from pos.core.money import is_money
from pos.models import Barcode, TaxCode, TaxRate


class BarcodeForm(CompanyForm):
    """A code belongs to one product, in every spelling that a scanner may send."""

    def clean_code(self) -> str:
        try:
            code = clean_barcode(self.cleaned_data["code"])
        except DomainError as error:
            raise ValidationError(str(error)) from error
        holders = Barcode.objects.of_company(self.instance.company_id)
        holder = (
            holders.filter(key=code_key(code))
            .exclude(pk=self.instance.pk)
            .select_related("product")
            .first()
        )
        if holder is not None:
            taken = BarcodeTakenError(barcode=code, product=holder.product)
            raise ValidationError(str(taken))
        return code


class BarcodeFormSet(BaseInlineFormSet):
    """Each code once on the page, in any spelling."""

    def clean(self) -> None:
        super().clean()
        keys = set()
        for form in self.forms:
            code = form.cleaned_data.get("code") if form.is_valid() else None
            if not code or form in self.deleted_forms:
                continue
            if code_key(code) in keys:
                form.add_error("code", _("This code is on the page twice."))
            keys.add(code_key(code))


class ProductForm(CompanyForm):
    # Set for who asks: see RestrictedAdmin.
    may_restrict = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        product = self.instance
        before = copy(product)
        product.category = cleaned.get("category", product.category)
        product.restriction = cleaned.get("restriction", product.restriction)
        product.unit = cleaned.get("unit", product.unit)
        if not self.may_restrict and is_lifted(before, product):
            self.add_error("category", gettext(LIFTED))
        drop_containers(product)
        return cleaned

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"]
        product = self.instance
        try:
            require_free_sku(sku, company_id=product.company_id, product_id=product.pk)
        except DomainError as error:
            raise ValidationError(str(error)) from error
        return sku

    def clean_price(self) -> Decimal | None:
        return self._clean_money("price", _("The price must not be below zero."))

    def clean_cost(self) -> Decimal | None:
        return self._clean_money("cost", _("The cost must not be below zero."))

    def clean_tax_code(self) -> str:
        """Refuse a tax code with which the product could not be sold."""
        code: str = self.cleaned_data["tax_code"]
        company = self.instance.company
        today = localdate()
        if code == TaxCode.NG and company.charges_tax_on(today):
            raise ValidationError(
                _(
                    "NG is for sellers not registered for %(tax)s;"
                    " %(company)s is registered."
                ),
                params={"tax": company.tax_name, "company": company},
            )
        if company.charges_tax_on(today) and not self._has_rate(code, today):
            raise ValidationError(
                _("Tax code %(code)s has no rate in force: add one first."),
                params={"code": code},
            )
        return code

    def _has_rate(self, code: str, day: date) -> bool:
        rates = TaxRate.objects.of_company(self.instance.company_id)
        return rates.filter(tax_code=code, valid_from__lte=day).exists()

    def _clean_money(self, name: str, below_zero: Any) -> Decimal | None:
        price: Decimal | None = self.cleaned_data[name]
        company = self.instance.company
        if price is not None and price < 0:
            raise ValidationError(below_zero)
        if price is not None and not is_money(price, places=company.currency_places):
            raise ValidationError(
                _("%(currency)s has %(places)s decimal places."),
                params={
                    "currency": company.currency,
                    "places": company.currency_places,
                },
            )
        return price
