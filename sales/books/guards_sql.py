"""Statements: what the guards of the database are, read from its system catalogue.

Each row is a name and what is under it. The text is the same on every PostgreSQL from
15 on: the source of a function is compared by its hash, since ``pg_get_functiondef``
prints it differently.
"""

SCHEMA = """
WITH ours AS (
    SELECT oid, relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity,
           relhastriggers, relhasindex, relchecks
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
        AND relname ~ '^(pos|customers|sales)_'
)
SELECT 'table ' || relname,
    concat_ws(' ', 'kind', relkind, 'persistence', relpersistence,
              CASE WHEN relrowsecurity THEN 'row security' END,
              CASE WHEN relforcerowsecurity THEN 'forced' END,
              -- Without these marks PostgreSQL looks for none of them.
              CASE WHEN NOT relhastriggers
                       AND EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ours.oid)
                   THEN 'triggers ignored' END,
              CASE WHEN NOT relhasindex
                       AND EXISTS (SELECT FROM pg_index WHERE indrelid = ours.oid)
                   THEN 'indexes ignored' END,
              CASE WHEN relchecks <> (SELECT count(*) FROM pg_constraint
                                      WHERE conrelid = ours.oid AND contype = 'c')
                   THEN 'checks ignored' END)
FROM ours
UNION ALL
SELECT 'child table ' || inhrelid::regclass, 'of ' || relname
FROM pg_inherits JOIN ours ON ours.oid = inhparent
UNION ALL
SELECT format('column %s.%s', relname, attname),
    concat_ws(' ', format_type(atttypid, atttypmod),
              CASE WHEN attnotnull THEN 'NOT NULL' END,
              CASE WHEN attidentity <> '' THEN concat('identity ', attidentity) END,
              CASE WHEN attgenerated <> '' THEN concat('generated ', attgenerated) END,
              pg_get_expr(adbin, adrelid))
FROM ours JOIN pg_attribute ON attrelid = ours.oid
LEFT JOIN pg_attrdef ON adrelid = ours.oid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL
-- A foreign key works by triggers of its own.
SELECT format('constraint %s.%s', relname, conname),
    concat_ws(' ', pg_get_constraintdef(pg_constraint.oid),
              CASE WHEN NOT convalidated THEN 'not validated' END,
              (SELECT 'unfit' FROM pg_index WHERE indexrelid = conindid
                   AND NOT (indisunique AND indisvalid AND indisready AND indislive)),
              (SELECT 'by triggers ' || string_agg(tgenabled::text, ''
                                                   ORDER BY tgenabled::text)
               FROM pg_trigger
               WHERE tgconstraint = pg_constraint.oid AND tgisinternal))
FROM ours JOIN pg_constraint ON conrelid = ours.oid
WHERE contype IN ('p', 'u', 'f', 'c', 'x')
UNION ALL
SELECT format('unique index %s.%s', relname, indexrelid::regclass),
    concat_ws(' ', pg_get_indexdef(indexrelid),
              CASE WHEN NOT (indisvalid AND indisready AND indislive) THEN 'unfit' END)
FROM ours JOIN pg_index ON indrelid = ours.oid
WHERE indisunique
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid
                    AND contype IN ('p', 'u', 'x'))
UNION ALL
SELECT format('trigger %s.%s', tgrelid::regclass, tgname),
    concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), 'enabled', tgenabled)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'event trigger ' || evtname, evtevent || ' ' || evtfoid::regproc
FROM pg_event_trigger
UNION ALL
-- What comes in by a subscription passes every trigger; so does every session where
-- the server is set to be a replica.
SELECT 'subscription ' || subname, 'writes here'
FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'setting ' || name, setting
FROM pg_settings WHERE name = 'session_replication_role' AND setting <> 'origin'
UNION ALL
SELECT format('rule %s.%s', relname, rulename), pg_get_ruledef(pg_rewrite.oid)
FROM ours JOIN pg_rewrite ON ev_class = ours.oid
UNION ALL
SELECT format('policy %s.%s', relname, polname),
    concat_ws(' ', polcmd, pg_get_expr(polqual, polrelid),
              pg_get_expr(polwithcheck, polrelid))
FROM ours JOIN pg_policy ON polrelid = ours.oid
UNION ALL
-- Functions of an extension are its own if they are compiled, and none of our triggers
-- calls them: anything else can be put into an extension.
SELECT 'function ' || pg_proc.oid::regprocedure,
    concat_ws(' ', 'language', lanname, 'returns', prorettype::regtype,
              CASE WHEN prosecdef THEN 'security definer' END,
              'settings', coalesce(array_to_string(proconfig, '; '), 'none'),
              'source', encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'))
FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
WHERE (pronamespace = 'public'::regnamespace
       AND NOT (lanname = 'c' AND NOT prosecdef
                AND EXISTS (SELECT FROM pg_depend
                            WHERE classid = 'pg_proc'::regclass
                                AND objid = pg_proc.oid AND deptype = 'e')))
    -- Those that came with the server have lower numbers.
    OR (pronamespace = 'pg_catalog'::regnamespace AND pg_proc.oid >= 16384)
    OR pg_proc.oid IN (SELECT tgfoid FROM pg_trigger WHERE NOT tgisinternal)
"""

# What a role may do counts however it came by it: by a grant to itself or to everybody,
# as a member of another role, as an owner or as a superuser.
GRANTS = r"""
WITH me AS (SELECT * FROM pg_roles WHERE rolname = %(role)s),
spaces AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
relations AS (
    SELECT pg_class.oid, relkind, pg_class.oid::regclass::text AS name
    FROM pg_class JOIN spaces ON spaces.oid = relnamespace
),
table_privileges (privilege) AS (
    SELECT unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
                        'REFERENCES', 'TRIGGER'])
    UNION ALL
    SELECT 'MAINTAIN' WHERE current_setting('server_version_num')::int >= 170000
),
options (suffix) AS (VALUES (''), (' WITH GRANT OPTION'))
SELECT 'grant database', privilege || suffix
FROM me, options, unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) privilege
WHERE has_database_privilege(me.oid, current_database(), privilege || suffix)
UNION ALL
SELECT 'grant schema ' || nspname, privilege || suffix
FROM me, spaces, options, unnest(ARRAY['USAGE', 'CREATE']) privilege
WHERE has_schema_privilege(me.oid, spaces.oid, privilege || suffix)
UNION ALL
SELECT 'grant table ' || name, privilege || suffix
FROM me, relations, options, table_privileges
WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
    AND has_table_privilege(me.oid, relations.oid, privilege || suffix)
UNION ALL
SELECT 'grant column ' || name || '.' || attname, privilege
FROM me, relations JOIN pg_attribute ON attrelid = relations.oid,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) privilege
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
    AND NOT has_table_privilege(me.oid, relations.oid, privilege)
    AND has_column_privilege(me.oid, relations.oid, attnum, privilege)
UNION ALL
SELECT 'grant sequence ' || name, privilege || suffix
FROM me, relations, options, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) privilege
WHERE relkind = 'S'
    AND has_sequence_privilege(me.oid, relations.oid, privilege || suffix)
UNION ALL
SELECT 'grant function ' || pg_proc.oid::regprocedure, 'EXECUTE' || suffix
FROM me, options, pg_proc JOIN spaces ON spaces.oid = pronamespace
WHERE has_schema_privilege(me.oid, spaces.oid, 'USAGE')
    AND has_function_privilege(me.oid, pg_proc.oid, 'EXECUTE' || suffix)
    AND NOT EXISTS (SELECT FROM pg_depend
                    WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid
                        AND deptype = 'e')
UNION ALL
SELECT 'grant role ' || other.rolname, 'member'
FROM me, pg_roles other
WHERE other.oid <> me.oid AND pg_has_role(me.oid, other.oid, 'MEMBER')
UNION ALL
SELECT 'grant attribute', attribute
FROM me, LATERAL (VALUES (rolsuper, 'superuser'), (rolcreaterole, 'creates roles'),
                         (rolcreatedb, 'creates databases'),
                         (rolreplication, 'replicates'),
                         (rolbypassrls, 'bypasses row security'))
    has (it, attribute)
WHERE it
UNION ALL
SELECT 'grant setting ' || name, 'SET'
FROM me, unnest(ARRAY['session_replication_role', 'allow_system_table_mods']) name
WHERE has_parameter_privilege(me.oid, name, 'SET')
UNION ALL
SELECT 'grant setting ' || parname, privilege_type
FROM me, pg_parameter_acl, aclexplode(paracl)
WHERE (grantee = 0 OR pg_has_role(me.oid, grantee, 'MEMBER'))
    AND (parname, privilege_type) NOT IN (
        ('session_replication_role', 'SET'), ('allow_system_table_mods', 'SET'))
UNION ALL
-- What the server keeps for superusers, and somebody has granted.
SELECT 'grant ' || pg_describe_object(class, its.oid, 0), privilege_type
FROM me, (
    SELECT 'pg_proc'::regclass, oid, proacl FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
    UNION ALL
    SELECT 'pg_class'::regclass, oid, relacl FROM pg_class
    WHERE relnamespace = 'pg_catalog'::regnamespace
) its (class, oid, acl), aclexplode(acl)
WHERE (grantee = 0 OR pg_has_role(me.oid, grantee, 'MEMBER'))
    AND NOT EXISTS (
        SELECT FROM pg_init_privs, aclexplode(initprivs) at_first
        WHERE classoid = class AND objoid = its.oid AND objsubid = 0
            AND at_first.grantee = aclexplode.grantee
            AND at_first.privilege_type = aclexplode.privilege_type)
UNION ALL
-- Where the role finds its tables, and whether triggers run.
SELECT 'grant setting ' || split_part(setting, '=', 1), split_part(setting, '=', 2)
FROM me, pg_db_role_setting, unnest(setconfig) setting
WHERE setrole IN (0, me.oid)
    AND setdatabase IN (0, (SELECT oid FROM pg_database
                            WHERE datname = current_database()))
    AND setting ~ '^(search_path|session_replication_role|role|\w+_preload_libraries)='
UNION ALL
SELECT 'grant ownership of ' || pg_describe_object(classid, objid, objsubid), 'owner'
FROM me, pg_shdepend
WHERE refclassid = 'pg_authid'::regclass AND refobjid = me.oid AND deptype = 'o'
    AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid <> 'pg_largeobject'::regclass
"""
