"""Back office: staff members and roles.

No one grants permissions that they lack: not to others, not to themselves, and not
by changing the sign-in of a person who has them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Count, ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access import permission_names
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.granting import grantable_by, may_grant
from pos.access.outlets import outlets_of, set_outlets
from pos.access.sessions import sign_out_everywhere
from pos.access.working_company import company_id_of, company_of
from pos.admin.pins import FirstPins
from pos.admin.scoping import CompanyAdmin, CompanyForm, within_company
from pos.models import Limit, Outlet, Role, StaffMember

# Roles replace Django's groups, which do not belong to a company.
admin.site.unregister(Group)


class PermissionsField(ModelMultipleChoiceField):
    """Permissions in the reader's language; the database has them in English."""

    def label_from_instance(self, permission: Permission) -> str:
        app = permission.content_type.app_label
        name = permission_names.name_permission(f"{app}.{permission.codename}")
        return f"{apps.get_app_config(app).verbose_name} | {name}"


@admin.register(Role)
class RoleAdmin(CompanyAdmin):
    list_display = ("name", "code", "people", "permission_count")
    search_fields = ("name", "code")
    ordering = ("name",)
    filter_horizontal = ("permissions",)
    prepopulated_fields = {"code": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        roles = super().get_queryset(request)
        return roles.annotate(
            staff_there=Count("staff", distinct=True),
            permissions_there=Count("permissions", distinct=True),
        )

    @admin.display(description=_("people"), ordering="staff_there")
    def people(self, role: Any) -> int:
        return role.staff_there

    @admin.display(description=_("permissions"), ordering="permissions_there")
    def permission_count(self, role: Any) -> int:
        return role.permissions_there

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        granted = grantable_by(cast(StaffMember, request.user))
        kwargs["queryset"] = granted.select_related("content_type")
        kwargs["form_class"] = PermissionsField
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.help_text = _("You can only grant permissions you have.")
        return field

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        with _locked_limits([obj.pk]):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Role]) -> None:
        with _locked_limits(list(queryset.values_list("pk", flat=True))):
            super().delete_queryset(request, queryset)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A role takes its limits with it, which nobody deletes by themselves."""
        names, counts, needed, protected = super().get_deleted_objects(objs, request)
        needed.discard(Limit._meta.verbose_name)
        return names, counts, needed, protected

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)


@contextmanager
def _locked_limits(roles: Iterable[int]) -> Iterator[None]:
    """Hold the limits that these roles take with them, until they are deleted."""
    with transaction.atomic():
        list(Limit.objects.filter(role__in=roles).locked())
        yield


def _may_edit(request: HttpRequest, role: Model | None) -> bool:
    """Whether the role is neither the person's own nor above it."""
    if not isinstance(role, Role):
        return True
    own = cast(StaffMember, request.user).role_id == role.pk
    return not own and may_grant(cast(StaffMember, request.user), role)


class OutletsForm(CompanyForm):
    """Whose tills the person uses; a new person those of all outlets."""

    outlets = ModelMultipleChoiceField(
        Outlet.objects.none(),
        label=_("Outlets"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "At the tills of these outlets the person sells and approves. A role that"
            " may use the tills of every outlet, as an owner's, needs none."
        ),
    )

    # Those that the person who asks may give.
    offered: QuerySet[Outlet]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "outlets" not in self.fields:
            return
        self.fields["outlets"].queryset = self.offered  # type: ignore[attr-defined]
        is_new = self.instance.pk is None
        given = (
            self.offered
            if is_new
            else self.offered.filter(staff_outlets__staff_member=self.instance)
        )
        self.initial["outlets"] = list(given)


class AddStaffForm(OutletsForm, BaseUserCreationForm):
    class Meta:
        model = StaffMember
        fields = ("name", "username", "role", "is_staff")


class SetPasswordForm(AdminPasswordChangeForm):
    """Requires a password, since everybody here signs in with one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


class ChangeStaffForm(OutletsForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("the browser's")), *settings.LANGUAGES],
        required=False,
    )

    class Meta:
        model = StaffMember
        fields = ("name", "username", "role", "is_active", "is_staff")


@admin.register(StaffMember)
class StaffMemberAdmin(FirstPins, UserAdmin):
    acts = (Act.STAFF_ADDED, Act.STAFF_CHANGED, Act.ROW_DELETED)
    recorded_by_services = frozenset({"outlets"})
    add_form_template = None
    add_form = AddStaffForm
    change_password_form = SetPasswordForm
    form = ChangeStaffForm
    list_display = ("name", "username", "role", "is_active", "is_staff", "last_login")
    list_select_related = ("role",)
    list_filter = ("role", "is_active", "is_staff")
    search_fields = ("name", "username")
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "joined_at")
    actions = ("sign_out",)
    fieldsets = (
        (None, {"fields": ("name", ("username", "language"))}),
        (_("Permissions"), {"fields": ("role", "outlets", "is_active", "is_staff")}),
        (_("Dates"), {"fields": (("last_login", "joined_at"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "username", "password1", "password2")}),
        (_("Permissions"), {"fields": ("role", "outlets", "is_staff")}),
    )

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, people: QuerySet[StaffMember]) -> None:
        """End the sessions of the people chosen, but of none who is above oneself.

        One's own would end on the way; the page of one's account does that.
        """
        actor = cast(StaffMember, request.user)
        others = [one for one in people if one.pk != actor.pk]
        below = [one for one in others if self.has_change_permission(request, one)]
        for person in below:
            sign_out_everywhere(person=person, actor=actor)
        if below:
            names = ", ".join(str(person) for person in below)
            text = gettext("Signed out everywhere: %(names)s.") % {"names": names}
            self.message_user(request, text, messages.SUCCESS)
        if len(below) < len(others):
            text = gettext("You may not change some of these people.")
            self.message_user(request, text, messages.ERROR)
        if len(others) < len(people):
            text = gettext("Sign yourself out everywhere on the page of your account.")
            self.message_user(request, text, messages.INFO)

    @admin.display(description=_("outlets"))
    def outlets(self, person: StaffMember) -> str:
        """Name them, where they are only looked at."""
        if person.may_use_every_outlet:
            return gettext("every outlet")
        return ", ".join(map(str, outlets_of(person, person.company_id)))

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.offered = outlets_of(
            cast(StaffMember, request.user), company_id_of(request)
        )
        return form

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Give the person the outlets that are ticked."""
        if "outlets" in form.cleaned_data:
            set_outlets(
                person=form.instance,
                outlets=form.cleaned_data["outlets"],
                actor=cast(StaffMember, request.user),
            )
        super().save_related(request, form, formsets, change)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not cast(StaffMember, request.user).is_superuser:
            return fieldsets
        installation = (_("Installation"), {"fields": ("is_superuser",)})
        return (*fieldsets, installation)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> Any:
        """Set the person's password, and write that it was, or neither."""
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write that a password was set: Django says it here, and nowhere else."""
        match = request.resolver_match
        if match and match.url_name == "auth_user_password_change":
            record(
                Act.PASSWORD_CHANGED,
                actor=cast(StaffMember, request.user),
                subject=obj,
                company=company_of(request),
            )
        return super().log_change(request, obj, message)

    def page_links(self, request: HttpRequest, obj: Any) -> list[tuple[str, Any]]:
        if not self.has_change_permission(request, obj):
            return []
        pin = self.first_pin_link(obj)
        if obj.pk == request.user.pk:
            return [(reverse("pos:account"), _("Your account")), *pin]
        address = reverse("admin:auth_user_password_change", args=[obj.pk])
        return [(address, _("Set password")), *pin]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        fixed = tuple(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            own = ("role", "outlets", "is_active", "is_staff", "is_superuser")
            return (*fixed, *own)
        return fixed

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "role":
            field.required = True
            beyond = Permission.objects.exclude(
                pk__in=grantable_by(cast(StaffMember, request.user)).values("pk")
            )
            if not cast(StaffMember, request.user).is_superuser:
                field.queryset = within_company(request, Role.objects.all()).exclude(
                    pk__in=Role.objects.filter(permissions__in=beyond).values("pk")
                )
        return field

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if not isinstance(obj, StaffMember) or obj.pk == request.user.pk:
            return True
        if obj.is_superuser and not cast(StaffMember, request.user).is_superuser:
            return False
        return may_grant(cast(StaffMember, request.user), obj.role)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False  # receipts and the log show their name
