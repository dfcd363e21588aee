"""Parts: rows that belong to another row, and have no permissions of their own."""

from django.db.models import Model
from django.http import HttpRequest

from pos.admin.scoping import CompanyInline


class PartInline(CompanyInline):
    """Who may see the row that these belong to sees them; who may change it may too."""

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._may(request, "view")

    def has_add_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._may(request, "change")

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._may(request, "change")

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self._may(request, "change")

    def _may(self, request: HttpRequest, verb: str) -> bool:
        whole = self.parent_model._meta
        return request.user.has_perm(f"{whole.app_label}.{verb}_{whole.model_name}")
