"""People who buy, and their points."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, Now, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import country_code_for_region

from customers.search import known_by
from pos.fields import MoneyField, finite
from pos.ids import uuid7
from pos.models import Company
from pos.money import is_money
from pos.querysets import LockableQuerySet


class LoyaltyProgramme(models.Model):
    """The rules by which a company's customers earn and spend points.

    One point for every whole ``amount_per_point`` of a single sale. A redeemed
    point takes ``point_value`` off the price; at zero nothing is redeemed.
    """

    company = models.OneToOneField(
        Company, models.PROTECT, related_name="loyalty_programme"
    )
    name = models.CharField(_("name"), max_length=100, default="Points")
    amount_per_point = MoneyField(
        _("amount for one point"),
        default=Decimal(10),
        help_text=_("Amount spent in one sale, tax included."),
    )
    point_value = MoneyField(
        _("value of one point"),
        default=Decimal("0.10"),
        help_text=_(
            "What a redeemed point takes off the price. Enter 0 to switch redeeming"
            " off."
        ),
    )
    redeem_min = models.PositiveIntegerField(
        _("fewest points to redeem"),
        default=10,
        validators=[MinValueValidator(1)],
    )
    may_go_negative = models.BooleanField(
        _("a refund may take the balance below zero"),
        default=True,
        help_text=_(
            "If unchecked, the balance stops at zero even when the points were"
            " already spent."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("loyalty programme")
        verbose_name_plural = _("loyalty programmes")
        constraints = [
            finite("programme_amounts_are_finite", "amount_per_point", "point_value"),
            models.CheckConstraint(
                name="a_point_is_worth_nothing_or_more",
                condition=Q(point_value__gte=0, redeem_min__gte=1),
                violation_error_message=_("The value of a point must be zero or more."),
            ),
            models.CheckConstraint(
                name="a_point_costs_something",
                condition=Q(amount_per_point__gt=0),
                violation_error_message=_(
                    "The amount for one point must be above zero."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may_redeem(self, *, places: int) -> bool:
        """Whether a point is worth something that can be paid in the currency."""
        return self.point_value > 0 and is_money(self.point_value, places=places)


class CustomerQuerySet(LockableQuerySet["Customer"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_code(self, code: str) -> Self:
        """Whoever has this code, in upper or lower case."""
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
        its last four digits. Nothing typed is everyone.
        """
        return self.filter(known_by(text)) if text.strip() else self


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
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("code"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                # Found at once, also right after a long import.
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
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def phone_text(self) -> str:
        """The phone as it is said here: without the country code if it is ours."""
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


class PointsEntry(models.Model):
    """One line of the points ledger; permanent.

    ``source`` is the uid of what caused it: the sale, or the adjustment. One
    entry of a kind per source, so that nothing is posted twice.
    """

    class Kind(models.TextChoices):
        EARN = "earn", _("earned")
        REDEEM = "redeem", _("redeemed")
        REVERSE = "reverse", _("reversed")
        RETURN = "return", _("returned")
        EXPIRE = "expire", _("expired")
        ADJUST = "adjust", _("adjusted")

    company = models.ForeignKey(
        Company, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="points_entries",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    points = models.IntegerField(_("points"))
    balance_after = models.IntegerField(_("balance"))
    # Of an earning: what one point cost then, for refunds to be measured by.
    amount_per_point = MoneyField(null=True, editable=False)
    source = models.UUIDField(_("source"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    staff_member = models.ForeignKey(
        "pos.StaffMember",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("staff member"),
    )
    entered_at = models.DateTimeField(_("entered at"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source", "kind"], name="points_once_per_source"
            ),
            models.CheckConstraint(
                name="points_entry_moves_points", condition=~Q(points=0)
            ),
            models.CheckConstraint(
                name="adjusted_points_name_reason_and_person",
                condition=~Q(kind="adjust")
                | (~Q(reason="") & Q(staff_member__isnull=False)),
            ),
            models.CheckConstraint(
                name="earned_points_are_positive",
                condition=~Q(kind__in=("earn", "return")) | Q(points__gt=0),
            ),
            models.CheckConstraint(
                name="redeemed_points_are_negative",
                condition=~Q(kind__in=("redeem", "reverse", "expire"))
                | Q(points__lt=0),
            ),
            finite("points_rate_is_finite", "amount_per_point"),
            models.CheckConstraint(
                name="earned_points_say_their_rate",
                condition=Q(kind="earn", amount_per_point__gt=0)
                | (~Q(kind="earn") & Q(amount_per_point__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="points_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.points:+d}"
