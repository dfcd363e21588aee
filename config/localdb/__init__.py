"""Private database: a PostgreSQL for one machine, if DATABASE_URL is not set.

This package is also the database backend that Django is given: ``base`` starts
the server when the first connection is wanted, and never before. So static files
are collected, translations made and types checked without one.
"""

from config.localdb.cluster import Cluster
from config.localdb.errors import LocalDatabaseError
from config.localdb.paths import data_dir, make_data_dir

__all__ = ["Cluster", "LocalDatabaseError", "data_dir", "make_data_dir"]
