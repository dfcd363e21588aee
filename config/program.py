"""Program: by which name people call it, and which version it is."""

import tomllib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"

# The repository is called by its script; what was installed from a wheel by the
# command that the wheel brings.
IS_INSTALLED = not PROJECT.exists()
PROGRAM = "tillkeeper" if IS_INSTALLED else "bin/dev"


def read_version() -> str:
    """Return the version; pyproject.toml has it, and the wheel is built with it."""
    if IS_INSTALLED:
        return version("tillkeeper")
    project = tomllib.loads(PROJECT.read_text())["project"]
    return str(project["version"])
