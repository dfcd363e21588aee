"""Environment of every test: set before the settings are read.

A developer's ``.env`` or a shop's data must never reach a test.
"""

import os
import re
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"

for name in re.findall(r"^#? ?([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE):
    os.environ.pop(name, None)

os.environ |= {
    "TILLKEEPER_ENV": "test",
    "TILLKEEPER_ENV_FILE": os.devnull,
    # Nothing is ever written there; the database of the tests has its own place.
    "TILLKEEPER_DATA": str(Path(tempfile.gettempdir()) / "tillkeeper-tests-no-data"),
    "SECRET_KEY": "of-the-tests-" * 5,
    "PIN_KEY": "of-pins-in-tests-" * 5,
    # Playwright's loop runs in the thread of the test.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
