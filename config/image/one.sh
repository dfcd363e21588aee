#!/bin/sh
# The pages and their own database in one container: the tables are brought up to date,
# and when the pages end, the database is stopped as well.
set -eu
python manage.py migrate --no-input
gunicorn -c python:config.gunicorn --bind "${BIND:-0.0.0.0:8000}" &
pages=$!
trap 'kill -TERM "$pages"' TERM INT
status=0
# A signal ends the waiting, and not yet the pages.
while kill -0 "$pages" 2>/dev/null; do
    status=0
    wait "$pages" || status=$?
done
python manage.py stop_database
exit "$status"
