"""Database backend: Django's for PostgreSQL, whose health check asks the socket."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins a request without asking the server whether it is there.

    A server that ends a connection closes it, and says so before: then there is
    something to read where nobody has asked. Django sends ``SELECT 1`` at each request,
    which is a tenth of what a scan asks. What a broken line swallows, neither sees
    sooner than ``tcp_user_timeout``.
    """

    health_check_enabled: bool
    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        """Close a connection that has failed; ask the server only in doubt."""
        is_due = self.health_check_enabled and not self.health_check_done
        if is_due and self.connection is not None and self._is_silent():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _is_silent(self) -> bool:
        if self.errors_occurred or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
