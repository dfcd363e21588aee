#!/bin/sh
# Makes the keys and passwords of a shop in containers, in secrets/ or the folder that is
# named. What is there stays: a shop's keys are never made again.
set -eu
to=${1:-secrets}
mkdir -p "$to"
# Nobody else comes in here; in a container each file has its own mode alone.
chmod 0700 "$to"

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# keep NAME VALUE: unless there is one.
keep() {
    [ -s "$to/$1" ] && return
    printf '%s\n' "$2" >"$to/$1.new"
    chmod 0444 "$to/$1.new"
    mv "$to/$1.new" "$to/$1"
}

keep secret_key "$(random)"
keep pin_key "$(random)"
keep superuser_password "$(random)"
keep app_password "$(random)"
keep owner_password "$(random)"
keep database_url "postgres://tillkeeper_app:$(cat "$to/app_password")@db/tillkeeper"
keep database_owner_url "postgres://tillkeeper_owner:$(cat "$to/owner_password")@db/tillkeeper"
printf 'The keys are in %s. Keep a copy where the shop is not.\n' "$to"
