"""Checks of the field history: it ends with what the rows have now."""

from django.apps import apps

from pos.access.field_history import (
    CLOSED_HOURS,
    EXCLUSIONS,
    KINDS,
    OF_LIMIT,
    PERMISSIONS,
)
from sales.books.check import Check

# What a row has now, as the triggers write it.
_ROWS = " ".join(
    f"WHEN '{kind}' THEN (SELECT to_jsonb(its)"  # noqa: S608  our own tables
    f" FROM {apps.get_model(kind)._meta.db_table} its WHERE its.id = newest.row_key)"
    for kind in sorted(KINDS)
)

# Columns that are no more: the history of what they held stays.
_GONE = "('pos.company', 'variance_max')"

CHECKS = (
    Check(
        "I153",
        "The newest value in the history of a field is what its row has now, or was"
        " erased.",
        f"""
        SELECT newest.company_id,
               newest.kind || ' ' || newest.row_key || ' ' || newest.field,
               ROW(newest.after, now.value)::text
        FROM (
            SELECT DISTINCT ON (kind, row_key, field)
                   company_id, kind, row_key, field, after, is_erased
            FROM pos_fieldchange change
            WHERE field NOT IN ('{PERMISSIONS}', '{CLOSED_HOURS}', '{EXCLUSIONS}')
                AND (kind, field) NOT IN ({_GONE})
                /*company change*/
            ORDER BY kind, row_key, field, id DESC
        ) newest
        CROSS JOIN LATERAL (SELECT CASE newest.kind {_ROWS} END AS content) own
        CROSS JOIN LATERAL (
            SELECT CASE WHEN newest.field LIKE '{OF_LIMIT}%' THEN (
                SELECT coalesce(its.value::text, '') FROM pos_limit its
                WHERE its.role_id = newest.row_key
                    AND '{OF_LIMIT}' || its.act = newest.field
            ) ELSE coalesce(own.content ->> newest.field,
                            own.content ->> (newest.field || '_id')) END AS value
        ) now
        WHERE NOT newest.is_erased AND newest.after IS DISTINCT FROM now.value
            -- A row that was deleted has no value any more.
            AND (own.content IS NOT NULL OR now.value IS NOT NULL)
        """,  # noqa: S608  our own tables
    ),
)
