#!/bin/sh
# Run once by the database's container: the two roles, and the database of the owner.
set -eu
owner=$(cat /run/secrets/owner_password)
app=$(cat /run/secrets/app_password)
psql --quiet --username postgres --set ON_ERROR_STOP=1 \
    --set owner="$owner" --set app="$app" <<'SQL'
CREATE ROLE tillkeeper_owner LOGIN PASSWORD :'owner';
CREATE ROLE tillkeeper_app LOGIN PASSWORD :'app';
CREATE DATABASE tillkeeper OWNER tillkeeper_owner TEMPLATE template0 ENCODING 'UTF8';
SQL
# Nothing of the shop's is stored there, and nobody may store it.
psql --quiet --username postgres --dbname tillkeeper --set ON_ERROR_STOP=1 <<'SQL'
REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer),
    lo_from_bytea(oid, bytea) FROM PUBLIC;
SQL
