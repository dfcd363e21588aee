"""Recorded: what is added, changed and deleted by a form is in the audit trail."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import describe, record
from pos.access.audited_requests import record_refused
from pos.access.working_company import company_of
from pos.admin.history import HistoryAdmin
from pos.core.errors import NotOfThisCompanyError
from pos.models import Company, StaffMember

Changes = dict[str, tuple[object, object]]


class RecordedAdmin(HistoryAdmin):
    """A page whose form writes one entry, in the transaction that saves it.

    Actions that call a service need nothing: the service writes it.
    """

    # What adding, changing and deleting a row is called.
    acts: ClassVar[tuple[Act, Act, Act]] = (
        Act.ROW_ADDED,
        Act.ROW_CHANGED,
        Act.ROW_DELETED,
    )
    # Fields whose values are kept beside the entry, where they can be erased.
    personal_fields: ClassVar[frozenset[str]] = frozenset()
    # Fields that a service saves, and writes an entry of its own about.
    recorded_by_services: ClassVar[frozenset[str]] = frozenset()

    if not TYPE_CHECKING:  # the types of Django lack it, and its callers say so

        def _get_obj_does_not_exist_redirect(
            self, request: HttpRequest, opts: Any, object_id: str
        ) -> HttpResponse:
            """Write what was tried with a row that is missing, or another company's."""
            if request.method == "POST":
                record_refused(request, NotOfThisCompanyError.code)
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Say who saves it, before it is saved."""
        name_actor(cast(StaffMember, request.user))
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Save the inlines, too, and write what is new."""
        inlines = [pair for formset in formsets for pair in _read_formset(formset)]
        super().save_related(request, form, formsets, change)
        changes = dict([*_read_form(form), *inlines])
        for name in self.recorded_by_services:
            changes.pop(name, None)
        if changes or not change:
            added, changed, _ = self.acts
            self._record(request, changed if change else added, form.instance, changes)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row, and write that it was there."""
        gone = copy(obj)
        name_actor(cast(StaffMember, request.user))
        super().delete_model(request, obj)
        self._record(request, self.acts[2], gone, {})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the ticked rows, and write which they were, as one act."""
        names = [describe(row)[2] for row in queryset]
        with transaction.atomic():
            name_actor(cast(StaffMember, request.user))
            super().delete_queryset(request, queryset)
            record(
                self.acts[2],
                actor=cast(StaffMember, request.user),
                company=company_of(request),
                facts={"kind": self.opts.label_lower, "deleted": names},
            )

    def _record(
        self, request: HttpRequest, act: Act, row: Model, changes: Changes
    ) -> None:
        personal = {
            name: pair for name, pair in changes.items() if name in self.personal_fields
        }
        record(
            act,
            actor=cast(StaffMember, request.user),
            subject=row,
            company=row if isinstance(row, Company) else company_of(request),
            changes={n: pair for n, pair in changes.items() if n not in personal},
            personal=personal,
        )


def _read_form(form: Any) -> Iterator[tuple[str, tuple[object, object]]]:
    """Yield each field that is now another, from and to; but for passwords."""
    for name in form.changed_data:
        if "password" in name:
            continue
        before, after = form.initial.get(name), form.cleaned_data.get(name)
        yield name, _compare(form, name, before, after)


def _compare(
    form: Any, name: str, before: object, after: object
) -> tuple[object, object]:
    """Return what was and what is; of a list of rows what went and what came."""
    field = form.fields[name]
    if isinstance(field, forms.ModelMultipleChoiceField):
        was = set(_list_names(cast(Iterable[Any], before or ())))
        now = set(_list_names(cast(Iterable[Any], after or ())))
        return was - now, now - was
    if isinstance(field, forms.ModelChoiceField) and before is not None:
        model: type[Model] = field.queryset.model  # type: ignore[union-attr]
        before = model._default_manager.filter(pk=before).first() or before
    return _if_none(before), _if_none(after)


def _if_none(value: object) -> object:
    return "" if value is None else value


def _list_names(rows: Iterable[Any]) -> Iterator[str]:
    """Yield the code of each row; of a permission, as the code has it."""
    for row in rows:
        if hasattr(row, "codename"):
            yield f"{row.content_type.app_label}.{row.codename}"
        else:
            yield describe(row)[2]


def _read_formset(formset: Any) -> Iterator[tuple[str, tuple[object, object]]]:
    """Yield what is new in the rows of an inline, each field named with its row."""
    kind = formset.model._meta.model_name
    for form in formset.forms:
        if not form.has_changed():
            continue
        name = f"{kind} {describe(form.instance)[2]}"
        if form in formset.deleted_forms:
            yield name, (describe(form.instance)[2], "")
        elif form.instance._state.adding:
            yield name, ("", describe(form.instance)[2])
        else:
            for field, pair in _read_form(form):
                yield f"{name}: {field}", pair
