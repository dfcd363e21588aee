"""Errors: refusals about customers."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from pos.core.errors import DomainError


class NamelessCustomerError(DomainError):
    code = "nameless_customer"
    message = _("Enter a name, a code, a phone number or an e-mail address.")


class TakenError(DomainError):
    """A unique value belongs to another customer, active or not.

    Facts: ``value`` is what was asked for, ``holder`` the customer who has it. An
    inactive one is offered for restoring, since a search does not find them.
    """

    field: ClassVar[str]
    inactive_message: ClassVar[str | Promise]

    def __init__(self, *, value: str, holder: Customer) -> None:
        super().__init__(value=value, holder=holder)
        self.holder = holder

    @property
    def may_restore(self) -> bool:
        return not self.holder.is_active

    def __str__(self) -> str:
        message = self.inactive_message if self.may_restore else self.message
        return str(message) % self.facts


class CodeTakenError(TakenError):
    code = "code_taken"
    field = "code"
    message = _("The code %(value)s belongs to %(holder)s.")
    inactive_message = _(
        "The code %(value)s belongs to %(holder)s, who is inactive."
        " Restore them, or use another code."
    )


class EmailTakenError(TakenError):
    code = "email_taken"
    field = "email"
    message = _("The e-mail address %(value)s belongs to %(holder)s.")
    inactive_message = _(
        "The e-mail address %(value)s belongs to %(holder)s, who is inactive."
        " Restore them, or use another address."
    )


class SeveralCustomersError(DomainError):
    code = "several_customers"
    message = _("Several customers have the phone number %(phone)s: enter a code.")
