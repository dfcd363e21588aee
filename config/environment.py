"""Environment: reads a setting as it is written."""

from typing import Any

import environ


class Env(environ.Env):
    """Reads settings; a value that begins with ``$`` is not another variable's name.

    Otherwise ``TILLKEEPER_DATA=$HOME/shop`` in ``.env``, where no shell puts in the
    value, would be taken for unset.
    """

    def get_value(
        self,
        var: str,
        cast: Any = None,
        default: Any = environ.Env.NOTSET,
        parse_default: bool = False,
    ) -> Any:
        """Return the value of the variable, or the default."""
        written = self.ENVIRON.get(var, "")
        if written.startswith("$"):
            return self.parse_value(written, cast)
        return super().get_value(var, cast, default, parse_default)
