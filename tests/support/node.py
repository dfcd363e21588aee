"""Node.js, which runs the tests of scripts that need no page."""

import shutil

NODE = shutil.which("node")
NO_NODE = "Node.js is not installed (Debian: apt-get install nodejs)"
