"""Forms: which tiles and which product are wanted."""

from typing import Any

from django import forms

from pos.catalogue.codes import TEXT_MAX, ScannedCode, clean_scan
from pos.models import Category


class TilesForm(forms.Form):
    """Which category's tiles are wanted; none is the favourites."""

    category = forms.ModelChoiceField(
        Category.objects.none(), to_field_name="uid", required=False
    )

    def __init__(self, *args: Any, company_id: int) -> None:
        super().__init__(*args)
        categories = Category.objects.of_company(company_id)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]


class ProductForm(forms.Form):
    """Which product is meant: by its uid, or by a code that was scanned."""

    product = forms.UUIDField(required=False)
    code = forms.CharField(max_length=TEXT_MAX, required=False)
    positions = forms.CharField(max_length=TEXT_MAX, required=False)

    def scanned(self) -> ScannedCode | None:
        """The code that was scanned, unless the product is named by its uid."""
        text, positions = (
            clean_scan(self.cleaned_data[name]) for name in ("code", "positions")
        )
        if self.cleaned_data["product"] or not text:
            return None
        return ScannedCode(text, positions)
