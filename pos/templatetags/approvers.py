"""Template tags: who may approve something at this till."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template

from pos.access.approval import ASKS, approvers_at
from pos.models import StaffMember

register = template.Library()

# Refusals that an approval lifts, and those of the PIN or password that was typed.
ASKED = ASKS | {"cash_out_refused", "overdraft"}
WRONG = frozenset({"wrong_approver", "too_many_attempts"})


@dataclass(frozen=True, slots=True)
class Approvers:
    """The people to choose from; nobody where a name has to be typed."""

    all: Sequence[StaffMember]

    @property
    def only(self) -> StaffMember | None:
        """The one to choose, where there is no other."""
        return self.all[0] if len(self.all) == 1 else None

    @property
    def have_pins(self) -> bool:
        return all(getattr(person, "pin_digits", None) for person in self.all)

    @property
    def digits(self) -> int | None:
        """How many digits the PIN of the only one has."""
        return getattr(self.only, "pin_digits", None)


@register.simple_tag(takes_context=True)
def approvers(context: dict[str, Any]) -> Approvers:
    """Return who may approve at the till of this request."""
    request = context["request"]
    till = getattr(request, "till", None)
    return Approvers(approvers_at(till, besides=request.user) if till else [])


@register.filter
def is_asked_approval(code: str) -> bool:
    """Whether a refusal with this code asks who approves, or who else."""
    return code in ASKED


@register.filter
def is_wrong_approval(code: str) -> bool:
    """Whether a refusal with this code is of the approver's PIN or password."""
    return code in WRONG
