"""How the web server runs: ``gunicorn -c python:config.gunicorn``."""

# Made before the processes, so that they share it.
from config.outages import outages as outages

wsgi_app = "config.wsgi"
worker_class = "config.gunicorn_worker.Worker"
workers = 2
threads = 4
# Longer than the longest statement, so that no answer is cut off at a stop.
graceful_timeout = 30
# A path is what was asked for: no header moves the shop to another one.
forwarder_headers = ""
# Only the pages of the shop are served here.
control_socket_disable = True
