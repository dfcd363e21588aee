"""Till: a browser behind a proxy for HTTPS, which scans and is paid."""

import http.client
import json
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from pos.core.ids import uuid7

HOST = "till.example.com"


class HttpsTill:
    """Signs in at the pages of that port, and sells."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def sign_in(self, username: str, password: str) -> None:
        self.ask("GET", "/sign-in/")
        fields = {"username": username, "password": password}
        self._post_form("/sign-in/", fields)

    def choose(self, till: str) -> None:
        """Make this browser a device of the till of that uid."""
        self._post_form("/till/choice/", {"uid": str(uuid7()), "till": till})

    def sell(self, code: str, tendered: str = "100.00") -> str:
        """Scan one product, take cash for it, and return the receipt's number."""
        uid = uuid7()
        operation = {
            "id": str(uuid7()),
            "seq": 1,
            "type": "add",
            "payload": {"code": code},
        }
        answer = self._post_json(
            f"/sales/{uid}/operations/", {"operations": [operation]}
        )
        assert answer["results"][0]["ok"], answer["results"]
        tenders = [{"kind": "cash", "tendered": tendered}]
        content = {"revision": answer["revision"], "tenders": tenders}
        number = self._post_json(f"/sales/{uid}/finalization/", content)
        return str(number["receipt_number"])

    def ask(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> http.client.HTTPResponse:
        """Ask as the proxy does, and return the answer, which has been read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        origin = f"https://{HOST}"
        sent = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "Origin": origin,
            "Referer": f"{origin}/",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            **headers,
        }
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        self.content = answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        connection.close()
        return answer

    def _post_form(self, path: str, fields: dict[str, str]) -> None:
        fields |= {"csrfmiddlewaretoken": self._token}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", path, urlencode(fields), **kind)
        assert answer.status == HTTPStatus.FOUND, (path, answer.status, self.content)

    def _post_json(self, path: str, content: object) -> Any:
        answer = self.ask(
            "POST",
            path,
            json.dumps(content),
            **{"Content-Type": "application/json", "X-CSRFToken": self._token},
        )
        assert answer.status == HTTPStatus.OK, (path, answer.status, self.content)
        return json.loads(self.content)

    @property
    def _token(self) -> str:
        return self.cookies["__Host-csrftoken"]
