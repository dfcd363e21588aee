"""Authentication: people sign in by name and password."""

from django.contrib.auth.backends import ModelBackend

from pos.models import StaffMember


class StaffBackend(ModelBackend):
    """Sign people in by name and password, and load their company.

    Their role says what they may do (``StaffMember.has_perm``).
    """

    def get_user(self, user_id: int) -> StaffMember | None:
        people = StaffMember.objects.select_related("company", "role")
        person = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
