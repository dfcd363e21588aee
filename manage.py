#!/usr/bin/env python
"""Entry point for management commands."""

import sys

from config.command import manage

if __name__ == "__main__":
    manage(sys.argv[1:])
