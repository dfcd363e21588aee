"""Authentication: people sign in by name and password, and every try is counted."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest

from pos.access.addresses import client_address
from pos.access.attempts import begin_attempt, mark_right, mark_wrong
from pos.access.outlets import with_outlets
from pos.access.tills import till_of_browser
from pos.core.prepared import Param, Prepared
from pos.models import AttemptKind, Pin, Role, StaffMember

_GRANTS: QuerySet[Any] = Role.permissions.through.objects.filter(
    role=OuterRef("role_id")
)
_GRANTED = Concat(
    "permission__content_type__app_label", Value("."), "permission__codename"
)
_READ_WITH: dict[str, Any] = {
    "has_pin": Exists(Pin.objects.filter(person=OuterRef("pk"))),
    # It takes the place of the property, which would ask for them.
    "permission_names": ArraySubquery(_GRANTS.values(name=_GRANTED)),
}
# Every request of somebody who is signed in asks for it. Pages of the till ask, too,
# whether the person has a PIN.
_PERSON = Prepared(
    with_outlets(
        StaffMember.objects.filter(pk=Param("pk"))
        .select_related("company", "role")
        .annotate(**_READ_WITH)
    )
)


class StaffBackend(ModelBackend):
    """Check people's passwords, and load who is signed in with their company.

    Their role says what they may do (``StaffMember.has_perm``).
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        kind: AttemptKind = AttemptKind.SIGN_IN,
        **kwargs: Any,
    ) -> StaffMember | None:
        """Return the person of that name, if the password is theirs.

        Every door asks here, and says by ``kind`` what for. A name that is nobody's
        takes one hash, as any other.

        Raises:
            TooManyAttemptsError: there were too many wrong tries; nothing is hashed.
        """
        if username is None or password is None:
            return None
        people = with_outlets(StaffMember.objects.filter(username=username))
        person = people.first()
        attempt = begin_attempt(
            kind=kind,
            person=person,
            name=username,
            till=till_of_browser(request) if request else None,
            address=client_address(request) if request else "",
        )
        if person is None:
            StaffMember().set_password(password)
            mark_wrong(attempt)
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            mark_right(attempt)
            return person
        mark_wrong(attempt)
        return None

    def get_user(self, user_id: int) -> StaffMember | None:
        person = _PERSON.first(pk=user_id)
        return person if person and self.user_can_authenticate(person) else None
