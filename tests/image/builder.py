"""Builder: makes the image as Docker would, and runs what is in it."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BASE = "localhost/tillkeeper-base"
IMAGE = "localhost/tillkeeper"
# What is in the base that the Dockerfile names, as far as it is used.
PACKAGES = "python3,python3-venv,ca-certificates"
# Where the network is inspected, only this machine knows by which certificate.
CERTIFICATES = "/etc/ssl/certs:/etc/ssl/certs:ro"


class Builder:
    """A store of images in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def make_base(self) -> None:
        """Make the base image of Debian's packages."""
        tar = self.directory / "base.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase"]
        _run([*command, f"--include={PACKAGES}", "bookworm", str(tar)])
        empty = self.buildah("from", "scratch")
        self.buildah("add", "--quiet", empty, str(tar), "/")
        self.buildah("commit", "--quiet", "--format", "docker", empty, BASE)
        self.buildah("rm", empty)
        tar.unlink()

    def build(self) -> None:
        """Build the Dockerfile on that base."""
        self.buildah(
            *("bud", "--quiet", "--isolation", "chroot", "--network", "host"),
            *("--format", "docker", "--build-arg", f"BASE={BASE}"),
            *("--volume", CERTIFICATES, "--tag", IMAGE, str(ROOT)),
        )

    def container(self) -> "Container":
        """Return a new container of the image, with nothing in its volumes."""
        return Container(self, self.buildah("from", "--pull-never", IMAGE))

    def inspect(self) -> dict[str, Any]:
        """Return the configuration of the image, as Docker has it."""
        found = json.loads(self.buildah("inspect", "--type", "image", IMAGE))
        config: dict[str, Any] = found["Docker"]["config"]
        return config

    def buildah(self, *arguments: str) -> str:
        """Run it in this store; return what it prints."""
        return _run(self.command(*arguments))

    def command(self, *arguments: str) -> list[str]:
        """Return its command for this store."""
        store = ["--root", str(self.directory / "store")]
        store += ["--runroot", str(self.directory / "run")]
        return ["buildah", "--storage-driver", "vfs", *store, *arguments]


class Container:
    """Runs commands in the image, as its own user, with its own volume."""

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder = builder
        self.name = name
        self.volumes: list[str] = []
        self.environment: dict[str, str] = {}

    def run(self, *command: str, **more: str) -> str:
        """Run the command to its end; return what it prints."""
        return _run(self._command(command, more))

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Run the command beside this process."""
        return subprocess.Popen(self._command(command, more))

    def remove(self) -> None:
        self.builder.buildah("rm", self.name)

    def _command(self, command: Sequence[str], more: Mapping[str, str]) -> list[str]:
        options = ["--isolation", "chroot", "--network", "host"]
        for volume in self.volumes:
            options += ["--volume", volume]
        for name, value in {**self.environment, **more}.items():
            options += ["--env", f"{name}={value}"]
        return self.builder.command("run", *options, self.name, "--", *command)


def _run(command: Sequence[str]) -> str:
    """Return what the command prints; raise with what it says when it fails."""
    done = subprocess.run(
        command, capture_output=True, text=True, env=dict(os.environ), check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()
