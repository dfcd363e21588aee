"""WSGI: the entry point of the web server."""

import os

import django

from config.requests import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django.setup(set_prefix=False)
application = Handler()
