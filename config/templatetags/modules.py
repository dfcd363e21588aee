"""Template tag: asks for the modules of a page before its scripts name them."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from config.modules import modules_of

register = template.Library()


@register.simple_tag
def preload_modules(*entries: str) -> SafeString:
    """Return a link for each module that these import, and for themselves."""
    links = ((static(path),) for path in modules_of(*entries))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)
