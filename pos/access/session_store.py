"""Session store: Django's own sessions in the database, read by a prepared query."""

from datetime import UTC, datetime
from time import time

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from pos.core.prepared import Param, Prepared

# Every request of a browser that has a session asks for it.
_SESSION = Prepared(
    Session.objects.filter(
        session_key=Param("session_key"), expire_date__gt=Param("now")
    )
)


class SessionStore(db.SessionStore):
    """As Django's, also for a session that is unknown or over."""

    def _get_session_from_db(self) -> Session | None:
        now = datetime.fromtimestamp(time(), UTC)
        found = _SESSION.first(session_key=self.session_key, now=now)
        if found is None:
            self._session_key = None
        return found
