"""Clean codes: the form in which a product's codes are kept."""

import re

from django.utils.translation import gettext as _

from pos.catalogue.barcodes import expand_upc_e, is_gtin, looks_like_gtin
from pos.catalogue.errors import InvalidBarcodeError
from pos.core.errors import InvalidFieldError
from pos.core.text import CODE_MAX
from pos.models import Barcode

_SIGNS = re.compile(rf"[!-~]{{1,{CODE_MAX}}}")


def clean_barcode(code: str) -> str:
    """Return the code without space around it; a UPC-E as its UPC-A.

    Raises:
        InvalidBarcodeError: it has the length of a GTIN, and a wrong digit.
        InvalidFieldError: it has a space in it, or is too long.
    """
    code = code.strip()
    if looks_like_gtin(code) and not is_gtin(code):
        if expanded := expand_upc_e(code):
            return expanded
        raise InvalidBarcodeError(barcode=code)
    if not _SIGNS.fullmatch(code):
        raise InvalidFieldError(
            field=Barcode._meta.verbose_name,
            problem=_("Up to %(limit)d letters, digits and signs without spaces.")
            % {"limit": CODE_MAX},
        )
    return code
