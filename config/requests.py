"""Requests: how the web server's are read, as UTF-8 whatever they claim to be."""

import codecs
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.utils.http import parse_header_parameters

# Every ASCII text is UTF-8, too.
READABLE = frozenset({"utf-8", "ascii"})


class Utf8Request(WSGIRequest):
    """A request of which no header can break the reading.

    Django decodes the query by the charset of the body, before any middleware could
    answer what then fails.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except ValueError:
            self.content_type, self.content_params = "", {"charset": "unreadable"}


class Handler(WSGIHandler):
    """Django's application, which reads requests as UTF-8."""

    request_class = Utf8Request


def claims_other_charset(request: HttpRequest) -> bool:
    """Whether the content is said to be in a charset other than UTF-8."""
    params = request.content_params or {}
    try:
        return codecs.lookup(params.get("charset") or "utf-8").name not in READABLE
    except (LookupError, ValueError):
        return True
