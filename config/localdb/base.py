"""Database backend: ours for PostgreSQL, which starts the private server."""

from typing import Any

from config.localdb.cluster import Cluster
from config.localdb.roles import make_database
from config.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the server of the setting ``CLUSTER`` when a connection finds none."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The connection; a server is started and a database made only at need."""
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            cluster: Cluster = self.settings_dict["CLUSTER"]
            # The role or the database is missing, or else the whole server.
            if "does not exist" not in str(error) and cluster.is_ready():
                raise
        cluster.start()
        make_database(cluster, conn_params["dbname"])
        return super().get_new_connection(conn_params)
