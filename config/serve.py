"""Serving: the commands ``run`` and ``shop``, from environment to served page."""

import os
import socket
import sys
from io import StringIO
from pathlib import Path
from typing import NoReturn

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from config import secret_key
from config.collectstatic import collect
from config.environment import Env
from config.greeting import hand_over
from config.localdb import Cluster, LocalDatabaseError
from config.localdb.roles import drop_database
from config.program import PROGRAM
from config.start_lock import release_lock, take_lock

ADDRESS = "127.0.0.1"
PORT = "8000"
PORT_MAX = 65535
PORTS_TRIED = 100
SIGN_INS = "demo-sign-ins.txt"
UNFINISHED = "demo-unfinished"


def run(shop: str) -> None:
    """Serve the demo shop (``demo``) or the shop's own database (``shop``).

    Of two at once the second waits until the first answers, and takes the next port.
    It ends with a sentence where that is refused.
    """
    try:
        _serve(shop)
    except (CommandError, ImproperlyConfigured, LocalDatabaseError) as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)


def _serve(shop: str) -> None:
    is_demo = shop == "demo"
    os.environ["TILLKEEPER_DEMO"] = "true" if is_demo else "false"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    wanted = _wanted_port(os.environ.get("PORT") or PORT)
    starting = take_lock(_lock_file("demo" if is_demo else "shop"), say=_say)
    files = take_lock(_lock_file("files"), say=_say)
    use_stored_key()
    django.setup()
    collect(_say)
    release_lock(files)
    _migrate()
    sign_ins = _make_demo_shop() if is_demo else _make_company()
    connections.close_all()
    port = _free_port(wanted)
    hand_over(_greeting(port, sign_ins), starting)
    _become(server_command(f"{ADDRESS}:{port}"))


def server_command(bind: str) -> list[str]:
    """The web server of this machine: production's settings, but it logs less."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    return [*command, "--bind", bind, "--log-level", "warning"]


def _become(command: list[str]) -> NoReturn:
    """Run the command in the place of this process, which is gone with its memory."""
    sys.stdout.flush()
    # gunicorn looks for modules first where it is started.
    os.chdir(settings.BASE_DIR)
    os.execv(command[0], command)  # noqa: S606


def _lock_file(name: str) -> Path:
    return Path(settings.DATA_DIR) / f"starting-{name}"


def use_stored_key() -> None:
    """Sign sessions and hash PINs with stored keys, so that they outlast this run.

    At the first start the settings find none, and use a temporary one for sessions.
    """
    secret_key.ensure_key(settings.DATA_DIR, secret_key.PIN_FILE)
    if not Env.is_given("PIN_KEY"):
        settings.PIN_KEY = secret_key.read_key(settings.DATA_DIR, secret_key.PIN_FILE)
    secret_key.ensure_key(settings.DATA_DIR)
    if not Env.is_given("SECRET_KEY"):
        settings.SECRET_KEY = secret_key.read_key(settings.DATA_DIR)


def _wanted_port(port: str) -> int:
    if not port.isdecimal() or len(port) > len(str(PORT_MAX)) or int(port) > PORT_MAX:
        sys.exit(f"PORT is {port[:20]}, and must be a number up to {PORT_MAX}.")
    return int(port)


def _free_port(wanted: int) -> int:
    """Return the port, or the next free one after printing which it is."""
    for port in range(wanted, min(wanted + PORTS_TRIED, PORT_MAX + 1)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
        if free != wanted:
            _say(f"Port {wanted} is taken, so it is {free} this time.")
        return free
    sys.exit(f"No port from {wanted} on is free: set PORT to another.")


def _migrate() -> None:
    """Bring the database up to date; where there is none, the private one is made."""
    cluster = settings.DATABASES["default"].get("CLUSTER")
    if cluster and not cluster.base.exists():
        _say("Making the private database: some ten seconds, once.")
    call_command("migrate", interactive=False, verbosity=0)


def _make_demo_shop() -> str:
    """Make the demo shop if it is missing or unfinished; return its sign-ins."""
    file = settings.DATA_DIR / SIGN_INS
    unfinished = settings.DATA_DIR / UNFINISHED
    if unfinished.exists():
        _say("The demo shop was interrupted while it was made.")
        _drop_database()
        _migrate()
    if not _has_company():
        _say("Making the demo shop, with a month of sales: a minute or two, once.")
        unfinished.touch()
        output = StringIO()
        call_command("create_demo_shop", stdout=output)
        file.touch(mode=0o600)
        file.write_text(output.getvalue())
        unfinished.unlink()
    return file.read_text() if file.exists() else ""


def _drop_database() -> None:
    """Drop the private database; the next connection makes an empty one."""
    connections.close_all()
    database = settings.DATABASES["default"]
    if "CLUSTER" in database:
        drop_database(database["CLUSTER"], database["NAME"])


def _make_company() -> str:
    """Make the shop's company by asking for its details, if there is none."""
    if not _has_company():
        if not sys.stdin.isatty():
            sys.exit(
                "This shop has no company yet, and nobody to ask: make it with"
                f" {PROGRAM} manage create_company --no-input and its options."
            )
        call_command("create_company")
    return ""


def _has_company() -> bool:
    return apps.get_model("pos.Company").objects.exists()


def _greeting(port: int, sign_ins: str) -> str:
    lines = ["", f"Tillkeeper is at http://{ADDRESS}:{port}/"]
    lines += ["", sign_ins.strip()] if sign_ins else []
    if "CLUSTER" in settings.DATABASES["default"]:
        cluster: Cluster = settings.DATABASES["default"]["CLUSTER"]
        lines += ["", f"The data lives in {cluster.base.parent}"]
    lines += [f"Ctrl-C stops the pages; {PROGRAM} stop stops the database.", ""]
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
