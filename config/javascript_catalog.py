"""JavaScript catalogue: the texts of scripts, by language and version.

The version is in the address, so a browser keeps a catalogue as long as it likes.
"""

import hashlib
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_safe
@gzip_page
def javascript_catalog(
    request: HttpRequest, language: str, version: str
) -> HttpResponse:
    """Answer with the catalogue of a language; browsers cache this version's.

    A page from before an update may ask for an older one: it gets what there is now.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    content = _content(language)
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    response["Content-Language"] = language
    if version == _version(language):
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, no_store=True)
    return response


def javascript_catalog_url() -> str:
    """The address of the catalogue in the language of this page."""
    language = get_language() or settings.LANGUAGE_CODE
    return reverse("javascript_catalog", args=[language, _version(language)])


@cache
def _content(language: str) -> bytes:
    """What config/locale has, without the texts of Django's admin; read only once."""
    with override(language):
        return JavaScriptCatalog(packages=["config"]).get(HttpRequest()).content


@cache
def _version(language: str) -> str:
    return hashlib.sha256(_content(language)).hexdigest()[:12]
