"""Back office: the history of a row, field by field."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from pos.access.field_history import has_history, read_history
from pos.access.working_company import company_of
from pos.admin.keyed_list import read_before
from pos.models import Company


class HistoryAdmin(admin.ModelAdmin):
    """A row's history says what its fields were, where that is written down."""

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the changes of the row, to those who may see the row."""
        response = super().history_view(request, object_id, extra_context)
        if not isinstance(response, TemplateResponse) or not has_history(self.model):
            return response
        context: Any = response.context_data
        row = context["object"]
        company = row if isinstance(row, Company) else company_of(request)
        assert company is not None
        context["history"] = read_history(
            row, company=company, before=read_before(request)
        )
        return response
