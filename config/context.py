"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, bool]:
    """``is_demo``: the page says "Demo shop", since nothing in it is real."""
    return {"is_demo": settings.IS_DEMO}
