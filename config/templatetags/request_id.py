"""Template tag: the id of the request, for pages that say what went wrong."""

from django import template

from config import logs

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """Return the id under which the log has this request; it needs no context."""
    return logs.request_id.get()
