"""Forms: the adjustment of a points balance."""

from django import forms
from django.utils.translation import gettext_lazy

from customers.points.ledger import POINTS_LIMIT
from pos.core.forms import RefusableForm, RequestUidField
from pos.core.reasons import REASON_MAX


class AdjustmentForm(RefusableForm):
    uid = RequestUidField()
    points = forms.IntegerField(
        label=gettext_lazy("Points"),
        min_value=-POINTS_LIMIT,
        max_value=POINTS_LIMIT,
        help_text=gettext_lazy("A negative number takes points off."),
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MAX,
        help_text=gettext_lazy("Saved with the entry and your name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
