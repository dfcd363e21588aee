"""Errors: refusals about products, their codes and their tax rates."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class InvalidBarcodeError(DomainError):
    code = "invalid_barcode"
    message = _("%(barcode)s has a wrong check digit.")


class BarcodeTakenError(DomainError):
    code = "barcode_taken"
    message = _("Barcode %(barcode)s belongs to %(product)s.")


class SkuTakenError(DomainError):
    code = "sku_taken"
    message = _("SKU %(sku)s belongs to %(product)s.")


class NoTaxRateError(DomainError):
    code = "no_tax_rate"
    message = _("Tax code %(tax_code)s had no rate in force on %(day)s.")
