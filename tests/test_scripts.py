"""Scripts that need no page have tests of their own, which Node.js runs."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.node import NO_NODE, NODE

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.skipif(not NODE and not os.environ.get("CI"), reason=NO_NODE)
def test_scanner_money_and_queue_pass_their_own_tests():
    assert NODE, NO_NODE
    tests = sorted(ROOT.glob("tests/js/*.test.mjs"))

    done = subprocess.run(
        [NODE, "--test", *tests], cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(tests) >= 3
