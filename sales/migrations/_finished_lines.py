"""Finished lines: the trigger that keeps the columns of a finished sale's lines.

A migration that adds a column to the lines does so inside ``with_columns``, so that the
trigger has it from then on. Which columns are kept says ``sales/models/fiscal_fields.py``;
of these, a migration knows those that are there at its time.
"""

from django.db import migrations
from django.db.migrations.operations.base import Operation

from sales.models.fiscal_fields import LINE

TRIGGER = "sales_saleline_update_of_finished_sale"


class DropTrigger(Operation):
    """Drop the trigger; backwards, make it for the columns that are left.

    Those in ``apart`` had a trigger of their own.
    """

    reduces_to_sql = True

    def __init__(self, *, apart=()):
        self.apart = apart

    def state_forwards(self, app_label, state):
        """Nothing changes for the models."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute(f"DROP TRIGGER {TRIGGER} ON sales_saleline")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model("sales", "SaleLine")
        there = {field.column for field in model._meta.concrete_fields}
        kept = sorted(LINE.permanent & there - set(self.apart))
        before, after = (
            ", ".join(f"{row}.{column}" for column in kept) for row in ("OLD", "NEW")
        )
        schema_editor.execute(
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON sales_saleline FOR EACH ROW"
            f" WHEN (ROW({after}) IS DISTINCT FROM ROW({before}))"
            " EXECUTE FUNCTION forbid_change_of_finished_sale()"
        )

    def describe(self):
        return "Drop the trigger of finished lines"


class MakeTrigger(DropTrigger):
    """Make the trigger for the columns that are there; backwards, drop it."""

    def database_forwards(self, *args):
        super().database_backwards(*args)

    def database_backwards(self, *args):
        super().database_forwards(*args)

    def describe(self):
        return "Make the trigger of finished lines"


def with_columns(*operations: Operation, apart=()) -> list[Operation]:
    """Return the operations, and the trigger made for the columns after them."""
    return [DropTrigger(apart=apart), *operations, MakeTrigger()]


def drop_trigger_of(name: str, column: str) -> Operation:
    """Drop the trigger that kept only this column of a finished sale's lines."""
    return migrations.RunSQL(
        f"DROP TRIGGER {name} ON sales_saleline",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON sales_saleline FOR EACH ROW"
        f" WHEN (NEW.{column} <> OLD.{column})"
        " EXECUTE FUNCTION forbid_change_of_finished_sale()",
    )
