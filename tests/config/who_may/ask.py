"""Asking: one request of one person, what was answered, and what was written."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection, transaction

from pos.access.errors import ApprovalNeededError
from tests.config.who_may.world import Actor

WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"")
# A session is the browser's own; when a device was last seen is noted; and what was
# refused is in the audit trail.
NOTED = frozenset(
    {
        *("django_session", "pos_device"),
        *("pos_auditentry", "pos_audithead", "pos_auditpersonal"),
    }
)
SCRIPT = {"Accept": "application/json"}
PAGE = {"Accept": "text/html"}
ENTRANCE = "/admin/login/"
# What differs in two answers that say the same.
DIFFERS = re.compile(
    r"\b[0-9a-f]{32}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[A-Za-z0-9]{64}\b"
)


@dataclass(frozen=True)
class Answer:
    is_act: bool
    status: int
    where: str
    text: str
    said: tuple[str, ...]
    wrote: frozenset[str]

    @property
    def outcome(self) -> str:
        """What it comes to, in the words of the table."""
        if self.status == 401 or self.where.startswith("/sign-in/?"):
            return "sign in"
        if self.where.startswith("/till/choice/?") or '"no_till"' in self.text:
            return "enrol"
        if self.where == "/admin/" and self.said:
            return "404"  # the back office says on its first page that there is none
        if self.status in {403, 404, 405} or self.status >= 500:
            return str(self.status)
        if self.is_act and str(ApprovalNeededError.message) in self.text:
            return "approval"
        return "yes"


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(
    actor: Actor,
    method: str,
    address: str,
    content: dict[str, Any] | None = None,
    *,
    is_json: bool = False,
    is_script: bool = False,
    key: object = "",
) -> Answer:
    """Ask as the person, who has the same cookies as before the next request."""
    headers = SCRIPT if is_script or is_json else PAGE
    sent: dict[str, Any] = {"headers": headers}
    if method == "GET":
        sent["data"] = content or {}
    elif is_json:
        sent |= {"data": json.dumps(content), "content_type": "application/json"}
    elif content is not None:
        sent["data"] = content
    actor.forget()
    wrote: set[str] = set()

    def watch(execute: Any, sql: Any, *rest: Any) -> Any:
        wrote.update(WRITES.findall(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        response = getattr(actor.client, method.lower())(address, **sent)
        if response.headers.get("Location", "").startswith(ENTRANCE):
            # The back office leaves it to this page to say no.
            response = actor.client.get(response.headers["Location"], headers=headers)
    return Answer(
        method != "GET",
        response.status_code,
        response.headers.get("Location", ""),
        _same(response.text if not response.streaming else "", key),
        tuple(_same(str(one), key) for one in get_messages(response.wsgi_request)),
        frozenset(wrote - NOTED),
    )


def _same(text: str, key: object) -> str:
    """The text without the key that was asked for, tokens and ids.

    A key is known by what is around it in an address and in a message: as a number
    alone it may be on the page for another reason, as 3 is in "3 sales".
    """
    if key:
        asked = rf"(/|%2F|“){re.escape(str(key))}(?=/|%2F|”)"
        text = re.sub(asked, r"\1KEY", text)
    return DIFFERS.sub("ID", text)
