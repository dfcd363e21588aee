"""Refusals: rules of the books that say no."""

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class AnchorKeyError(DomainError):
    code = "anchor_key"
    message = _(
        "Set ANCHOR_KEY to a secret text of %(length)s characters or more: it signs"
        " what is written, and shows later that nobody else wrote it."
    )


class AnchorFileError(DomainError):
    code = "anchor_file"
    message = _("%(path)s cannot be used: %(why)s.")


class BrokenAnchorFileError(DomainError):
    code = "broken_anchor_file"
    message = _(
        "%(path)s is not as it was written, so nothing was added to it: line %(line)s"
        " %(why)s. Keep it, and write to another file."
    )
