"""Command: ``tillkeeper`` of the wheel; ``bin/dev`` and ``manage.py`` call it, too."""

import os
import sys
from collections.abc import Callable, Mapping

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from config import serve
from config.database_errors import describe_for_command
from config.lan import command as lan
from config.localdb import LocalDatabaseError
from config.program import PROGRAM, read_version

USAGE = f"""\
{PROGRAM} COMMAND:

  run        serve the demo shop on this machine (PORT=8000); also without a command
  shop       serve the shop's own database, asking for the company at first
  stop       stop the private database; run and shop start it again
  lan NAME   open the shop to its network by HTTPS, with a root of its own
  backup     write the shop's database to a file
  manage …   run a management command on the shop's database,
             or with TILLKEEPER_DEMO=1 on the demo shop's
  --version  say which version this is
"""


def main(arguments: list[str]) -> None:
    """Do what is asked for; without a command serve the demo shop."""
    # The web server has another directory, from which this would be another file.
    if named := os.environ.get("TILLKEEPER_ENV_FILE"):
        os.environ["TILLKEEPER_ENV_FILE"] = os.path.abspath(named)  # noqa: PTH100
    name, *rest = arguments or ["run"]
    if (command := COMMANDS.get(name)) is None:
        sys.exit(f"{USAGE}\nThere is no command {name}.")
    command(rest)


def manage(arguments: list[str]) -> None:
    """Run a management command; say in a sentence why the database refuses it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(["manage.py", *arguments])
    except (ImproperlyConfigured, LocalDatabaseError) as error:
        sys.exit(str(error))
    except UnicodeEncodeError as error:
        if not any(str(error.object) in argument for argument in arguments):
            raise
        sys.exit(f"{ascii(error.object)} is not UTF-8.")
    except DatabaseError as error:
        if (sentence := describe_for_command(error)) is None:
            raise
        sys.exit(sentence)


def _show_usage(arguments: list[str]) -> None:
    sys.stdout.write(USAGE)


def _show_version(arguments: list[str]) -> None:
    sys.stdout.write(f"{read_version()}\n")


COMMANDS: Mapping[str, Callable[[list[str]], None]] = {
    "run": lambda arguments: serve.run("demo"),
    "shop": lambda arguments: serve.run("shop"),
    "stop": lambda arguments: manage(["stop_database"]),
    "lan": lan.main,
    "backup": lambda arguments: manage(["backup", *arguments]),
    "manage": manage,
    "help": _show_usage,
    "-h": _show_usage,
    "--help": _show_usage,
    "--version": _show_version,
}


if __name__ == "__main__":
    main(sys.argv[1:])
