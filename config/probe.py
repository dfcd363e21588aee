"""Probe: asks this machine's own web server whether it is well, as images have no curl.

``python -m config.probe /healthz`` ends with status 0 where the answer is 200.
"""

import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

PORT = 8000
SECONDS_MAX = 5


def main(path: str, *, port: int = PORT) -> int:
    """Return 0 where the address answers 200, else 1 after saying what it answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status == HTTPStatus.OK:
            return 0
        sys.stderr.write(f"{path} answers {answer.status}: {answer.read(500)!r}\n")
    except (OSError, HTTPException) as error:
        sys.stderr.write(f"{path} does not answer: {error}\n")
    finally:
        connection.close()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
