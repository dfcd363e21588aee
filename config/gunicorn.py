"""How the web server runs: ``gunicorn -c python:config.gunicorn``."""

import os

from django.conf import settings

from config.greeting import greet as when_ready  # noqa: F401

# Made before the processes, so that they share it.
from config.outages import outages as outages
from config.processors import THREADS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

wsgi_app = "config.wsgi"
worker_class = "config.gunicorn_worker.Worker"
workers = settings.WEB_WORKERS
threads = THREADS
# Longer than the longest statement, so that no answer is cut off at a stop.
graceful_timeout = 30
# A path is what was asked for: no header moves the shop to another one.
forwarder_headers = ""
# Only the pages of the shop are served here.
control_socket_disable = True
