"""Image tests: the Dockerfile is built for real, without Docker and without a hub.

None of this runs with the other tests: ``make test-image``. Debian makes the base
(mmdebstrap), and buildah builds on it as root, with no daemon.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.builder import Builder
from tests.support.untested import leave_untested

TOOLS = ("mmdebstrap", "buildah")
# A base and an image of it, unpacked twice.
BYTES_MIN = 3 * 2**30


def require_tools() -> None:
    """Fail where CI=1 is set, and skip elsewhere, if an image cannot be built here."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        reason = f"not installed: apt-get install {' '.join(missing)}"
    elif os.geteuid() != 0:
        reason = "only root builds an image without Docker"
    elif shutil.disk_usage(tempfile.gettempdir()).free < BYTES_MIN:
        reason = "less than 3 GB are free for temporary files"
    else:
        return
    leave_untested(f"NO IMAGE WAS BUILT: {reason}")


@pytest.fixture(scope="session")
def image() -> Iterator[Builder]:
    """The image of this checkout, in a store of its own, removed afterwards."""
    require_tools()
    with tempfile.TemporaryDirectory(prefix="tillkeeper-image-") as directory:
        builder = Builder(Path(directory))
        builder.make_base()
        builder.build()
        yield builder


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
