#!/bin/sh
# What is done every night, at NIGHT_AT by UTC: one process, and no cron in a container.
set -eu
trap 'exit 0' TERM INT
while :; do
    now=$(date -u +%s)
    at=$(date -u -d "${NIGHT_AT:-19:15}" +%s)
    [ "$at" -gt "$now" ] || at=$((at + 86400))
    sleep $((at - now)) &
    wait $!
    python manage.py night ||
        echo "What each step says is in the log of the container night." |
        python manage.py alarm "Not everything was done tonight"
done
