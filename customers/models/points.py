"""Points: the programme by which they are earned, and their ledger."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from pos.core.fields import CompanyForeignKey, MoneyField, finite
from pos.core.money import is_money
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company


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

    company = CompanyForeignKey(Company, related_name="+")
    customer = CompanyForeignKey(
        Customer, db_index=False, related_name="points_entries"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    points = models.IntegerField(_("points"))
    balance_after = models.IntegerField(_("balance"))
    # For points earned: what one point cost then, so that refunds use the same rate.
    amount_per_point = MoneyField(null=True, editable=False)
    source = models.UUIDField(_("source"))
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", null=True, related_name="+", verbose_name=_("staff member")
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
            models.Index(fields=["company", "entered_at"], name="points_by_time"),
            models.Index(
                fields=["company", "-id"],
                condition=~Q(reason=""),
                name="points_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.points:+d}"
