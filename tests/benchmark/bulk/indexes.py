"""Indexes: dropped while rows are written, and made again at the end."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import psycopg

# Unique constraints that no key refers to, and indexes that belong to none.
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid))
    FROM pg_constraint own
    WHERE contype = 'u' AND conrelid = ANY (%(tables)s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint other
                        WHERE other.contype = 'f' AND other.conindid = own.conindid)
"""
_INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = ANY (%(tables)s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def made_afterwards(
    connection: psycopg.Connection, tables: Collection[str]
) -> Iterator[list[str]]:
    """Drop them; the block gets the statements that make them again, to run itself."""
    found = []
    for query in (_CONSTRAINTS, _INDEXES):
        found += connection.execute(query, {"tables": list(tables)}).fetchall()
    for drop, _ in found:
        connection.execute(drop)
    yield [make for _, make in found]
