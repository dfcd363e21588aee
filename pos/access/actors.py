"""Actors: who changes rows in this transaction, said to the database.

The triggers of the field history read it. It is a setting of the transaction, which
ends with it, so nothing of it is left for the next one on the same connection.
"""

import json

from django.db import connection

from pos.access.audit import current_source, is_part_of_one
from pos.models import StaffMember, Till

SETTING = "tillkeeper.actor"


def name_actor(actor: StaffMember | None, *, till: Till | None = None) -> None:
    """Let the history say who changes rows from here to the end of the transaction.

    Called by each service before it changes a row that has a history; without it the
    history names the database's user. ``actor`` is None where a command acts for no
    person: its name is said. ``till`` is where it is done, if at a till.

    What is recorded as one names its actor once, before it begins.
    """
    if is_part_of_one():
        return
    known = {
        "company": actor.company_id if actor else None,
        "staff": actor.pk if actor else None,
        "name": str(actor) if actor else "",
        "till": till.pk if till else None,
        "source": current_source(),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, json.dumps(known)])
