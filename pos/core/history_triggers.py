"""History triggers: what a row's fields were, written down as they change.

Migration operations for ``pos_fieldchange``. A trigger runs where one of the columns
that it names is written and is another afterwards; what else is written to the table,
as the balance of a customer or the counters of a till in every sale, costs nothing.

Who did it is in the setting ``tillkeeper.actor`` of the transaction, as JSON:
``pos/access/actors.py`` says it. Without it the entry names the database's user.
"""

from collections.abc import Collection

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation

from pos.core.schema import SEARCH_PATH

# Run as the owner of the tables: the serving role itself may not write a history.
_TRIGGER_FUNCTION = f"""RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = {SEARCH_PATH} AS"""


def make_history_function() -> Operation:
    """Make the function by which every trigger writes one change.

    A person or till of another company is named by the text alone.
    """
    arguments = "bigint, text, bigint, text, text, text, boolean"
    return RunSQL(
        """
        CREATE FUNCTION write_field_change(
            its_company bigint, its_kind text, its_key bigint, its_field text,
            was text, is_now text, may_be_erased boolean
        ) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            actor jsonb := nullif(current_setting('tillkeeper.actor', true), '');
            is_own boolean := actor ->> 'company' = its_company::text;
        BEGIN
            INSERT INTO public.pos_fieldchange
                (company_id, kind, row_key, field, before, after, is_personal,
                 is_erased, staff_member_id, till_id, actor_name, source,
                 database_user, changed_at)
            VALUES (its_company, its_kind, its_key, its_field, was, is_now,
                may_be_erased, false,
                CASE WHEN is_own THEN (actor ->> 'staff')::bigint END,
                CASE WHEN is_own THEN (actor ->> 'till')::bigint END,
                coalesce(actor ->> 'name', ''), coalesce(actor ->> 'source', ''),
                session_user, clock_timestamp());
        END $$
        """,
        f"DROP FUNCTION write_field_change({arguments})",
    )


def write_history(
    table: str,
    *columns: str,
    personal: Collection[str] = (),
    company: str = "company_id",
) -> Operation:
    """Write down each change of these columns of the table's rows.

    What is ``personal`` of them can be erased later. ``company`` is the column with
    the row's company; rows without one have no history.
    """
    function = f"{table}_write_history"
    changes = "".join(
        f"""
            IF OLD.{column} IS DISTINCT FROM NEW.{column} THEN
                PERFORM public.write_field_change(NEW.{company}, '{_kind_of(table)}',
                    NEW.id, '{column.removesuffix("_id")}',
                    to_jsonb(OLD.{column}) #>> '{{}}',
                    to_jsonb(NEW.{column}) #>> '{{}}', {column in personal});
            END IF;"""
        for column in columns
    )
    old, new = (
        f"ROW({', '.join(f'{row}.{column}' for column in columns)})"
        for row in ("OLD", "NEW")
    )
    return RunSQL(
        f"""
        CREATE FUNCTION {function}() {_TRIGGER_FUNCTION} $$
        BEGIN{changes}
            RETURN NULL;
        END $$;
        CREATE TRIGGER {table}_has_a_history
        AFTER UPDATE OF {", ".join(columns)} ON {table} FOR EACH ROW
        WHEN (NEW.{company} IS NOT NULL AND {old} IS DISTINCT FROM {new})
        EXECUTE FUNCTION {function}();
        """,
        f"""
        DROP TRIGGER {table}_has_a_history ON {table};
        DROP FUNCTION {function}();
        """,
    )


def write_history_of_limits() -> Operation:
    """Write down what is set, changed and taken away of the limits of a role.

    A limit without a value is an empty text, and one that is not set has none.
    """
    return RunSQL(
        f"""
        CREATE FUNCTION pos_limit_write_history() {_TRIGGER_FUNCTION} $$
        BEGIN
            PERFORM public.write_field_change(
                coalesce(NEW.company_id, OLD.company_id), 'pos.role',
                coalesce(NEW.role_id, OLD.role_id),
                'limit ' || coalesce(NEW.act, OLD.act),
                CASE WHEN TG_OP <> 'INSERT' THEN coalesce(OLD.value::text, '') END,
                CASE WHEN TG_OP <> 'DELETE' THEN coalesce(NEW.value::text, '') END,
                false);
            RETURN NULL;
        END $$;
        CREATE TRIGGER pos_limit_has_a_history
        AFTER INSERT OR DELETE ON pos_limit FOR EACH ROW
        EXECUTE FUNCTION pos_limit_write_history();
        CREATE TRIGGER pos_limit_value_has_a_history
        AFTER UPDATE OF value ON pos_limit FOR EACH ROW
        WHEN (OLD.value IS DISTINCT FROM NEW.value)
        EXECUTE FUNCTION pos_limit_write_history();
        """,
        """
        DROP TRIGGER pos_limit_value_has_a_history ON pos_limit;
        DROP TRIGGER pos_limit_has_a_history ON pos_limit;
        DROP FUNCTION pos_limit_write_history();
        """,
    )


def write_history_of_closed_hours() -> Operation:
    """Write down which hours came to a restriction and which went, with its row.

    Hours that are others now have gone and come in one entry.
    """
    old, new = (
        f"concat_ws(' ', {row}.weekdays::text, to_char({row}.begins_at, 'HH24:MI'),"
        f" to_char({row}.ends_at, 'HH24:MI'))"
        for row in ("OLD", "NEW")
    )
    return RunSQL(
        f"""
        CREATE FUNCTION pos_closedperiod_write_history() {_TRIGGER_FUNCTION} $$
        BEGIN
            PERFORM public.write_field_change(
                coalesce(NEW.company_id, OLD.company_id), 'pos.restriction',
                coalesce(NEW.restriction_id, OLD.restriction_id), 'closed_hours',
                CASE WHEN TG_OP <> 'INSERT' THEN {old} END,
                CASE WHEN TG_OP <> 'DELETE' THEN {new} END,
                false);
            RETURN NULL;
        END $$;
        CREATE TRIGGER pos_closedperiod_has_a_history
        AFTER INSERT OR DELETE ON pos_closedperiod FOR EACH ROW
        EXECUTE FUNCTION pos_closedperiod_write_history();
        CREATE TRIGGER pos_closedperiod_hours_have_a_history
        AFTER UPDATE OF weekdays, begins_at, ends_at ON pos_closedperiod FOR EACH ROW
        WHEN (ROW(OLD.weekdays, OLD.begins_at, OLD.ends_at)
            IS DISTINCT FROM ROW(NEW.weekdays, NEW.begins_at, NEW.ends_at))
        EXECUTE FUNCTION pos_closedperiod_write_history();
        """,
        """
        DROP TRIGGER pos_closedperiod_hours_have_a_history ON pos_closedperiod;
        DROP TRIGGER pos_closedperiod_has_a_history ON pos_closedperiod;
        DROP FUNCTION pos_closedperiod_write_history();
        """,
    )


def write_history_of_exclusions() -> Operation:
    """Write down which goods came to those that a kind of voucher does not pay for."""
    return RunSQL(
        f"""
        CREATE FUNCTION pos_voucherexclusion_write_history() {_TRIGGER_FUNCTION} $$
        BEGIN
            PERFORM public.write_field_change(
                coalesce(NEW.company_id, OLD.company_id), 'pos.voucherkind',
                coalesce(NEW.voucher_kind_id, OLD.voucher_kind_id), 'exclusions',
                CASE WHEN TG_OP <> 'INSERT' THEN (SELECT name
                    FROM public.pos_restriction WHERE id = OLD.restriction_id) END,
                CASE WHEN TG_OP <> 'DELETE' THEN (SELECT name
                    FROM public.pos_restriction WHERE id = NEW.restriction_id) END,
                false);
            RETURN NULL;
        END $$;
        CREATE TRIGGER pos_voucherexclusion_has_a_history
        AFTER INSERT OR DELETE ON pos_voucherexclusion FOR EACH ROW
        EXECUTE FUNCTION pos_voucherexclusion_write_history();
        CREATE TRIGGER pos_voucherexclusion_goods_have_a_history
        AFTER UPDATE OF restriction_id ON pos_voucherexclusion FOR EACH ROW
        WHEN (OLD.restriction_id IS DISTINCT FROM NEW.restriction_id)
        EXECUTE FUNCTION pos_voucherexclusion_write_history();
        """,  # noqa: S608  our own names
        """
        DROP TRIGGER pos_voucherexclusion_goods_have_a_history ON pos_voucherexclusion;
        DROP TRIGGER pos_voucherexclusion_has_a_history ON pos_voucherexclusion;
        DROP FUNCTION pos_voucherexclusion_write_history();
        """,
    )


def write_history_of_permissions() -> list[Operation]:
    """Write down which permissions were given to a role, and which taken, at once."""
    return [
        RunSQL(
            f"""
        CREATE FUNCTION {function}() {_TRIGGER_FUNCTION} $$
        BEGIN
            PERFORM public.write_field_change(role.company_id, 'pos.role', role.id,
                'permissions', {values}, false)
            FROM (
                SELECT theirs.role_id, string_agg(type.app_label || '.' || its.codename,
                    ', ' ORDER BY type.app_label, its.codename) AS names
                FROM theirs
                JOIN public.auth_permission its ON its.id = theirs.permission_id
                JOIN public.django_content_type type ON type.id = its.content_type_id
                GROUP BY theirs.role_id
            ) given
            JOIN public.pos_role role ON role.id = given.role_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {trigger} AFTER {event} ON pos_role_permissions
        REFERENCING {rows} TABLE AS theirs FOR EACH STATEMENT
        EXECUTE FUNCTION {function}();
            """,  # noqa: S608  our own names
            f"""
            DROP TRIGGER {trigger} ON pos_role_permissions;
            DROP FUNCTION {function}();
            """,
        )
        for event, rows, values in (
            ("INSERT", "NEW", "NULL, given.names"),
            ("DELETE", "OLD", "given.names, NULL"),
        )
        for trigger in (f"pos_role_permissions_{event.lower()}s_have_a_history",)
        for function in (f"pos_role_permissions_write_{event.lower()}s",)
    ]


def _kind_of(table: str) -> str:
    """Return the model's label: ``pos_taxrate`` is of ``pos.taxrate``."""
    return table.replace("_", ".", 1)
