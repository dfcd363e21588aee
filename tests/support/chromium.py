"""Chromium: the program of the distribution that opens the pages of the tests."""

import shutil

# The same program without its windows takes half the time of a test.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")

CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
NO_CHROMIUM = "Chromium is not installed (Debian: apt-get install chromium)"
