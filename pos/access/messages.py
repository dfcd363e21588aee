"""Messages: what a page says after a redirect, in a cookie with this shop's name."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookieStorage(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """Django's own: a cookie, and the session for what is too long for it."""

    storage_classes = (NamedCookieStorage, SessionStorage)
