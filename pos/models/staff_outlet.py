"""Staff outlet: an outlet whose tills a person uses."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey
from pos.core.querysets import LockableQuerySet
from pos.models.company import Company, Outlet
from pos.models.staff import StaffMember


class StaffOutlet(models.Model):
    """One outlet that the owner gave to one person.

    Without a row a person uses no till there, unless their role may use those of every
    outlet.
    """

    company = CompanyForeignKey(Company, db_index=False, related_name="+")
    staff_member = CompanyForeignKey(
        StaffMember,
        db_index=False,
        related_name="staff_outlets",
        verbose_name=_("staff member"),
    )
    outlet = CompanyForeignKey(
        Outlet, related_name="staff_outlets", verbose_name=_("outlet")
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet of a staff member")
        verbose_name_plural = _("outlets of staff members")
        permissions = [
            ("use_every_outlet", gettext_noop("Can use the tills of every outlet"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "staff_member", "outlet"],
                name="an_outlet_once_per_staff_member",
            ),
        ]

    def __str__(self) -> str:
        return str(self.outlet)
