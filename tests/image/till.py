"""Till: a browser behind a proxy for HTTPS, which scans and is paid."""

from pos.core.ids import uuid7
from tests.benchmark.browser import Browser

HOST = "till.example.com"


class HttpsTill(Browser):
    """Signs in at the pages of that port, and sells."""

    def __init__(self, port: int) -> None:
        super().__init__(port, https_host=HOST)

    def sign_in(self, username: str, password: str) -> None:
        self.get("/sign-in/")
        self.post_form("/sign-in/", username=username, password=password)

    def choose(self, till: str) -> None:
        """Make this browser a device of the till of that uid."""
        self.post_form("/till/choice/", uid=str(uuid7()), till=till)

    def sell(self, code: str, tendered: str = "100.00") -> str:
        """Scan one product, take cash for it, and return the receipt's number."""
        uid = uuid7()
        scan = {"id": str(uuid7()), "seq": 1, "type": "add", "payload": {"code": code}}
        answer = self.post_json(f"/sales/{uid}/operations/", {"operations": [scan]})
        assert answer["results"][0]["ok"], answer["results"]
        tenders = [{"kind": "cash", "tendered": tendered}]
        content = {"revision": answer["revision"], "tenders": tenders}
        finished = self.post_json(f"/sales/{uid}/finalization/", content)
        return str(finished["receipt_number"])
