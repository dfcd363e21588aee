"""Staff: the people who sign in, and their roles."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Permission
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey
from pos.core.ids import uuid7
from pos.core.initials import initials_of
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company

USES_EVERY_OUTLET = "pos.use_every_outlet"


class Role(models.Model):
    """What people of a company may do: a named set of Django's permissions."""

    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="roles"
    )
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    permissions = models.ManyToManyField(
        Permission, blank=True, verbose_name=_("permissions"), related_name="+"
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code"], name="role_code_once_per_company"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffMemberManager(BaseUserManager["StaffMember"]):
    def create_user(
        self, username: str, password: str | None = None, **fields: Any
    ) -> "StaffMember":
        member = self.model(username=self.model.normalize_username(username), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(
        self, username: str, password: str | None = None, **fields: Any
    ) -> "StaffMember":
        fields |= {"is_staff": True, "is_superuser": True}
        return self.create_user(username, password, **fields)


class StaffMember(AbstractBaseUser):
    """A person who can sign in; the user model.

    Belongs to one company and has one role there. Only a superuser, who administers
    the installation, may be without a company. Sign-in names are unique in the whole
    installation, since the sign-in page does not ask for a company.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("company"),
    )
    role = CompanyForeignKey(
        Role, null=True, blank=True, related_name="staff", verbose_name=_("role")
    )
    username = models.CharField(
        _("sign-in name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This sign-in name is taken.")},
    )
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the back office"), default=False)
    is_superuser = models.BooleanField(_("installation administrator"), default=False)
    # Part of what each session is checked against: one more ends them all.
    sign_outs = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    joined_at = models.DateTimeField(_("joined at"), db_default=Now(), editable=False)

    objects = StaffMemberManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="staff_belong_to_a_company",
                condition=Q(is_superuser=True)
                | Q(company__isnull=False, role__isnull=False),
                violation_error_message=_("Choose a company and a role."),
            ),
            models.CheckConstraint(
                name="a_role_comes_with_its_company",
                condition=Q(role__isnull=True) | Q(company__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def initials(self) -> str:
        return initials_of(self.name or self.username)

    def get_session_auth_hash(self) -> str:
        """Return what a session of this person has to hold to go on."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        """Return another one after a new password, or a sign-out everywhere."""
        value = f"{self.sign_outs} {self.password}"
        return salted_hmac(
            "pos.models.staff", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def _granted(self) -> frozenset[str]:
        return frozenset(self.permission_names)

    @cached_property
    def permission_names(self) -> list[str]:
        """What the person's role grants, as ``app.codename``.

        Read with the person wherever they are signed in.
        """
        if self.role is None:
            return []
        granted = self.role.permissions.order_by()
        pairs = granted.values_list("content_type__app_label", "codename")
        return [f"{app}.{codename}" for app, codename in pairs]

    @cached_property
    def limits_set(self) -> dict[str, Decimal | None]:
        """The limits that the owner has set for the person's role, by act."""
        if self.role is None:
            return {}
        return dict(self.role.limits.order_by().values_list("act", "value"))

    @cached_property
    def outlet_ids(self) -> list[int]:
        """The keys of the outlets that the person was given.

        Read with the person wherever they are signed in or agree to something.
        """
        given = self.staff_outlets.order_by("outlet_id")
        return list(given.values_list("outlet_id", flat=True))

    @property
    def may_use_every_outlet(self) -> bool:
        return self.has_perm(USES_EVERY_OUTLET)

    def may_use_outlet(self, outlet_id: int) -> bool:
        """Whether the person uses the tills of that outlet of their company."""
        return self.may_use_every_outlet or outlet_id in self.outlet_ids

    def get_all_permissions(self, obj: object = None) -> frozenset[str]:
        return self._granted if self.is_active else frozenset()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the role grants it; a superuser may do everything."""
        if not self.is_active:
            return False
        return self.is_superuser or perm in self._granted

    def has_perms(self, perms: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        if not self.is_active:
            return False
        return self.is_superuser or any(
            perm.startswith(f"{app_label}.") for perm in self._granted
        )
