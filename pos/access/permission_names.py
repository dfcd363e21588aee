"""Permission names: what a permission is called in the reader's language."""

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What Django's own permissions let a person do with the rows of a model.
VERBS = {
    "add": _("Can add %(things)s"),
    "change": _("Can change %(things)s"),
    "delete": _("Can delete %(things)s"),
    "view": _("Can view %(things)s"),
}


def name_permission(code: str) -> str:
    """Return the name of a permission by its code, such as ``sales.sell``.

    Django has the names of its own in English only. A code that no model has is its
    own name.
    """
    app, _dot, codename = code.partition(".")
    verb, _line, of = codename.partition("_")
    for model in apps.get_models():
        if model._meta.app_label != app:
            continue
        if verb in VERBS and of == model._meta.model_name:
            return VERBS[verb] % {"things": model._meta.verbose_name_plural}
        for own, name in model._meta.permissions:
            if own == codename:
                return gettext(name)
    return code
