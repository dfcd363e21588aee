"""Environment: reads a setting as it is written."""

import os
import warnings
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

POSTGRESQL = "django.db.backends.postgresql"


# It names a file of settings, and none that holds the value of TILLKEEPER_ENV.
NAMES_A_FILE = "TILLKEEPER_ENV"


class Env(environ.Env):
    """Reads settings, from the environment or from the file that ``NAME_FILE`` names.

    A value that begins with ``$`` is not another variable's name. Otherwise
    ``TILLKEEPER_DATA=$HOME/shop`` in ``.env``, where no shell puts in the value, would
    be taken for unset.
    """

    def get_value(
        self,
        var: str,
        cast: Any = None,
        default: Any = environ.Env.NOTSET,
        parse_default: bool = False,
    ) -> Any:
        """Return the value of the variable, or the default.

        Raises ImproperlyConfigured where it has to be a number and is none, or where
        its file cannot be read.
        """
        if self._has_file(var):
            return self.parse_value(self._read_file(var), cast)
        written = self.ENVIRON.get(var, "")
        if written.startswith("$"):
            return self.parse_value(written, cast)
        try:
            return super().get_value(var, cast, default, parse_default)
        except ValueError:
            raise ImproperlyConfigured(
                f"{var} is {written[:20]}, and must be a number."
            ) from None

    @classmethod
    def is_given(cls, var: str) -> bool:
        """Whether the variable has a value, its own or one in a file."""
        return bool(cls.ENVIRON.get(var)) or cls._has_file(var)

    @classmethod
    def _has_file(cls, var: str) -> bool:
        return var != NAMES_A_FILE and bool(cls.ENVIRON.get(f"{var}_FILE"))

    def _read_file(self, var: str) -> str:
        name, path = f"{var}_FILE", self.ENVIRON[f"{var}_FILE"]
        if self.ENVIRON.get(var):
            raise ImproperlyConfigured(f"{var} and {name} are set: remove one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ImproperlyConfigured(
                f"{name} is {path}, which cannot be read as text."
            ) from None

    def db_url(self, var: str, default: Any = environ.Env.NOTSET) -> dict[str, Any]:
        """Return the address of a database on PostgreSQL.

        Raises ImproperlyConfigured where it is none; it says no more, since the
        address holds a password.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # one repeats the password
                address: dict[str, Any] = super().db_url(var, default)
        except (KeyError, ValueError):
            address = {}
        if address.get("ENGINE") != POSTGRESQL:
            raise ImproperlyConfigured(
                f"{var} must be an address such as postgres://name@host:5432/database."
            )
        return address

    @classmethod
    def read_named_file(cls, named: str, *, otherwise: Path) -> None:
        """Read the file that is named, or else the other one if it is there.

        Raises ImproperlyConfigured where what is named is no file of text: another
        shop would start than the one that was meant.
        """
        path = Path(named) if named else otherwise
        is_there = path.is_file() or named == os.devnull
        if named and not is_there:
            raise ImproperlyConfigured(f"TILLKEEPER_ENV_FILE is {named}, and no file.")
        if not is_there:
            return
        try:
            cls.read_env(str(path), encoding="utf-8")
        except UnicodeDecodeError:
            raise ImproperlyConfigured(f"{path} is not in UTF-8.") from None
