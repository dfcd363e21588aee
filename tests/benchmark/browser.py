"""Browser: signs in, keeps cookies and posts JSON, and nothing else."""

import http.client
import json
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode


class Browser:
    """One connection that is kept open, and its cookies.

    With ``https_host`` it asks as a proxy does that ends HTTPS for that name.
    """

    def __init__(self, port: int, *, https_host: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        self._headers: dict[str, str] = {}
        if https_host:
            origin = f"https://{https_host}"
            self._headers = {"Host": https_host, "X-Forwarded-Proto": "https"}
            self._headers |= {"Origin": origin, "Referer": f"{origin}/"}
        self._token = "__Host-csrftoken" if https_host else "csrftoken"

    def get(self, path: str) -> bytes:
        return self._ask("GET", path)

    def post_form(self, path: str, **fields: str) -> bytes:
        fields["csrfmiddlewaretoken"] = self.cookies[self._token]
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), headers)

    def post_json(self, path: str, content: object) -> Any:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.cookies[self._token],
        }
        return json.loads(self._ask("POST", path, json.dumps(content), headers))

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(
            method, path, body, self._headers | (headers or {}) | {"Cookie": cookie}
        )
        response = self._connection.getresponse()
        content = response.read()
        if response.status not in (HTTPStatus.OK, HTTPStatus.FOUND):
            raise RuntimeError(f"{path}: {response.status} {content[:300]!r}")
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return content
