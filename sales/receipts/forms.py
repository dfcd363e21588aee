"""Forms: what a page sends about the printing of a receipt."""

from uuid import UUID

from django import forms


class PrintForm(forms.Form):
    """The id of a print, where the page made one."""

    uid = forms.UUIDField(required=False)

    def read_uid(self) -> UUID | None:
        """Return the id; none where there is none, or it is not one."""
        return self.cleaned_data["uid"] if self.is_valid() else None
