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


class NoSuchFindingError(DomainError):
    code = "no_such_finding"
    message = _(
        "%(check)s does not find “%(offender)s”, or finds something else about it by"
        " now. Check the books again."
    )


class FindingOfDatabaseError(DomainError):
    code = "finding_of_database"
    message = _(
        "%(check)s is about the database and not about its rows. It cannot be"
        " explained: it must be repaired."
    )


class AlreadyExplainedError(DomainError):
    code = "already_explained"
    message = _("“%(offender)s” is already explained by %(staff)s: %(reason)s")
