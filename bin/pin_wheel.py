"""Build hook: the wheel asks for exactly what requirements.txt names."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PinnedDependencies(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the pins in the place of the ranges of pyproject.toml."""
        lines = (Path(self.root) / "requirements.txt").read_text().splitlines()
        pins = [line.removesuffix("\\").strip() for line in lines if "==" in line[:80]]
        self.metadata.core.dependencies[:] = [
            pin for pin in pins if not pin.startswith("#")
        ]
