"""Databases: which one serves, and who owns it."""

import os
from pathlib import Path
from typing import Any

import environ

from config.localdb import Cluster, roles

DEMO = "tillkeeper_demo"
SHOP = "tillkeeper_shop"

# A lost connection is noticed within seconds. These options have no effect on a
# socket of this machine.
NETWORK = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}


def configure_serving(
    env: environ.Env, data_dir: Path, *, is_demo: bool
) -> dict[str, Any]:
    """Return the database of DATABASE_URL, or the private one of this machine.

    Every connection of this process gets dates in ISO form, whatever the server, the
    database or the role is set to: psycopg reads no other, and neither do the checks of
    the books. libpq sends it at the start, also through a pooler.
    """
    os.environ["PGDATESTYLE"] = "ISO"
    if env("DATABASE_URL", default=""):
        database = env.db_url("DATABASE_URL") | {"ENGINE": "config.postgresql"}
    else:
        database = configure_private(
            Cluster(data_dir / "postgres", unit=env("DATABASE_UNIT", default="")),
            DEMO if is_demo else SHOP,
        )
    return database | {
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": env.bool(
            "DISABLE_SERVER_SIDE_CURSORS", default=False
        ),
        "OPTIONS": _build_options(env, database),
    }


def _build_options(env: environ.Env, database: dict[str, Any]) -> dict[str, Any]:
    """Return how to connect: as the query of the URL says, and as we need it."""
    prepare_after = env.int("DATABASE_PREPARE_AFTER", default=5)
    return (
        NETWORK
        | database.get("OPTIONS", {})
        | {
            "application_name": "tillkeeper",
            "connect_timeout": 5,
            "server_side_binding": True,
            "prepare_threshold": prepare_after or None,
        }
    )


def configure_private(cluster: Cluster, name: str) -> dict[str, Any]:
    """Return the database ``name`` of a cluster that starts on first use."""
    return {
        "ENGINE": "config.localdb",
        "CLUSTER": cluster,
        "NAME": name,
        "USER": roles.APP,
        "HOST": str(cluster.socket),
    }


def configure_owner(env: environ.Env) -> dict[str, Any]:
    """Return how the owner of the tables connects, if not as the server does.

    Everything is as DATABASE_OWNER_URL says; the name of the database may be left
    out. Empty if one role does both.
    """
    if not env("DATABASE_URL", default=""):
        return {"USER": roles.OWNER}
    if not env("DATABASE_OWNER_URL", default=""):
        return {}
    url = env.db_url("DATABASE_OWNER_URL")
    parts = {key: url[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    if not parts["NAME"]:
        del parts["NAME"]
    return parts | {"OPTIONS": _build_options(env, url)}
