"""Back office: staff members and roles.

No one grants permissions that they lack: not to others, not to themselves, and not
by changing the sign-in of a person who has them.
"""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access import roles
from pos.admin.scoping import CompanyAdmin, CompanyForm, within_company
from pos.models import Role, StaffMember

# Roles replace Django's groups, which do not belong to a company.
admin.site.unregister(Group)


# What Django's own permissions let a person do with the rows of a model.
VERBS = {
    "add": _("Can add %(things)s"),
    "change": _("Can change %(things)s"),
    "delete": _("Can delete %(things)s"),
    "view": _("Can view %(things)s"),
}


def grantable(request: HttpRequest) -> QuerySet[Permission]:
    """The permissions that the person has, and so may grant."""
    person = cast(StaffMember, request.user)
    permissions = Permission.objects.filter(content_type__app_label__in=roles.APPS)
    if person.is_superuser:
        return permissions
    if person.role is None:
        return permissions.none()
    return permissions.filter(pk__in=person.role.permissions.values("pk"))


def may_grant(request: HttpRequest, role: Role | None) -> bool:
    """Whether the person has every permission of the role."""
    if role is None or cast(StaffMember, request.user).is_superuser:
        return True
    beyond = role.permissions.exclude(pk__in=grantable(request).values("pk"))
    return not beyond.exists()


class PermissionsField(ModelMultipleChoiceField):
    """Permissions in the reader's language; the database has them in English."""

    def label_from_instance(self, permission: Permission) -> str:
        return f"{permission.content_type} | {_permission_name(permission)}"


def _permission_name(permission: Permission) -> str:
    model = permission.content_type.model_class()
    verb, _, of = permission.codename.partition("_")
    if model and verb in VERBS and of == model._meta.model_name:
        return VERBS[verb] % {"things": model._meta.verbose_name_plural}
    return gettext(permission.name)


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
        kwargs["queryset"] = grantable(request).select_related("content_type")
        kwargs["form_class"] = PermissionsField
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.help_text = _("You can only grant permissions you have.")
        return field

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)


def _may_edit(request: HttpRequest, role: Model | None) -> bool:
    """Whether the role is neither the person's own nor above it."""
    if not isinstance(role, Role):
        return True
    own = cast(StaffMember, request.user).role_id == role.pk
    return not own and may_grant(request, role)


class AddStaffForm(CompanyForm, BaseUserCreationForm):
    class Meta:
        model = StaffMember
        fields = ("name", "username", "role", "is_staff")


class SetPasswordForm(AdminPasswordChangeForm):
    """Requires a password, since everybody here signs in with one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


class ChangeStaffForm(CompanyForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("the browser's")), *settings.LANGUAGES],
        required=False,
    )

    class Meta:
        model = StaffMember
        fields = ("name", "username", "role", "is_active", "is_staff")


@admin.register(StaffMember)
class StaffMemberAdmin(CompanyAdmin, UserAdmin):
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
    fieldsets = (
        (None, {"fields": ("name", ("username", "language"))}),
        (_("Permissions"), {"fields": ("role", "is_active", "is_staff")}),
        (_("Dates"), {"fields": (("last_login", "joined_at"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "username", "password1", "password2")}),
        (_("Permissions"), {"fields": ("role", "is_staff")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not cast(StaffMember, request.user).is_superuser:
            return fieldsets
        installation = (_("Installation"), {"fields": ("is_superuser",)})
        return (*fieldsets, installation)

    def page_links(self, request: HttpRequest, obj: Any) -> list[tuple[str, Any]]:
        if not self.has_change_permission(request, obj):
            return []
        if obj.pk == request.user.pk:
            return [(reverse("admin:password_change"), _("Change password"))]
        address = reverse("admin:auth_user_password_change", args=[obj.pk])
        return [(address, _("Set password"))]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        fixed = tuple(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            return (*fixed, "role", "is_active", "is_staff", "is_superuser")
        return fixed

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "role":
            field.required = True
            beyond = Permission.objects.exclude(pk__in=grantable(request).values("pk"))
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
        return may_grant(request, obj.role)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False  # receipts and the log show their name
