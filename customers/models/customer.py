"""Customers: the people who buy and are known."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from django.db.models.functions import Lower, Now, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import country_code_for_region

from customers.models.search import build_search_condition
from pos.core.ids import uuid7
from pos.core.initials import initials_of
from pos.core.querysets import LockableQuerySet
from pos.models import Company


class CustomerQuerySet(LockableQuerySet["Customer"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_code(self, code: str) -> Self:
        """Customers with this code, in upper or lower case."""
        return self.alias(upper_code=Upper("code")).filter(
            upper_code=Upper(Value(code))
        )

    def with_email(self, email: str) -> Self:
        return self.alias(lower_email=Lower("email")).filter(
            lower_email=Lower(Value(email))
        )

    def with_phone(self, phone: PhoneNumber) -> Self:
        return self.alias(upper_phone=Upper("phone")).filter(upper_phone=phone.as_e164)

    def matching(self, text: str) -> Self:
        """Customers with these words in their code, name or e-mail, or this phone.

        A phone may be typed with or without its country code and spaces, or as
        its last four digits. An empty text matches every customer.
        """
        return self.filter(build_search_condition(text)) if text.strip() else self


class Customer(models.Model):
    """Someone who buys and whom the company knows.

    ``points_balance`` is the sum of the points entries. Never deleted:
    a customer who leaves is inactive, and history stays.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="customers"
    )
    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=150)
    # Lower case, without surrounding space; NULL when not given.
    email = models.EmailField(_("e-mail"), null=True, blank=True)  # noqa: DJ001
    phone = PhoneNumberField(_("phone"), blank=True)
    # What a search compares: without capitals and accents.
    search_text = GeneratedField(
        expression=Func("name", "code", "email", function="fold_text"),
        output_field=models.TextField(),
        db_persist=True,
    )
    address = models.TextField(_("address"), max_length=500, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    points_balance = models.IntegerField(_("points"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    registered_at = models.DateTimeField(
        _("registered at"), db_default=Now(), editable=False
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("name", "code")
        permissions = [
            (
                "deactivate_customer",
                gettext_noop("Can deactivate and restore a customer"),
            ),
            ("adjust_points", gettext_noop("Can adjust points")),
        ]
        constraints = [
            models.UniqueConstraint(
                "company", Upper("code"), name="customer_code_once_per_company"
            ),
            models.UniqueConstraint(
                "company", Lower("email"), name="customer_email_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="customer_uid_once_per_company"
            ),
            models.CheckConstraint(
                name="customer_email_is_given_or_null", condition=~Q(email="")
            ),
        ]
        indexes = [
            models.Index(fields=["company", "name"], name="customer_by_name"),
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"),
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                # Searches are fast also right after a long import.
                fastupdate=False,
                name="customer_by_words",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sales:customer", args=[self.uid])

    @property
    def initials(self) -> str:
        return initials_of(self.name)

    @property
    def phone_text(self) -> str:
        """The phone as it is dialled here: without the country code if it is ours."""
        if not self.phone:
            return ""
        here = country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)
        if self.phone.country_code == here:
            return str(self.phone.as_national)
        return str(self.phone.as_international)

    @property
    def masked_email(self) -> str:
        name, _at, domain = (self.email or "").rpartition("@")
        return f"{name[:1]}•••@{domain}" if name else ""
