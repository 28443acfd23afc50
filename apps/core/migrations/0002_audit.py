"""The audit trail: partitioned by month, and refused to every UPDATE, DELETE and TRUNCATE.

The table is made by hand because Django makes no partitioned ones. A month's bounds are UUIDs whose first 48 bits
are its first millisecond and the next month's (RFC 9562 §5.7).
"""

from __future__ import annotations

import django.core.serializers.json
from django.db import migrations, models

import apps.core.ids

TABLE = """
CREATE TABLE core_audit (
    id uuid NOT NULL PRIMARY KEY,
    at timestamptz NOT NULL,
    kind varchar(10) NOT NULL,
    verb varchar(60) NOT NULL,
    actor_id uuid NULL,
    subject_type varchar(60) NOT NULL,
    subject_id uuid NULL,
    data jsonb NOT NULL,
    ip inet NULL,
    session_id uuid NULL,
    request_id varchar(64) NOT NULL,
    CONSTRAINT core_audit_kind_known CHECK (kind IN ('change', 'security'))
) PARTITION BY RANGE (id)
"""

GUARDS = """
CREATE INDEX core_audit_subject ON core_audit (subject_id, id);
CREATE INDEX core_audit_actor ON core_audit (actor_id, id);
CREATE INDEX core_audit_request ON core_audit (request_id) WHERE NOT request_id = '';

CREATE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the audit trail only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'core_audit_only_grows';
END $$;

-- Partitions inherit a trigger for rows; one for statements is each table's own.
CREATE TRIGGER core_audit_kept BEFORE UPDATE OR DELETE ON core_audit
    FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER core_audit_not_emptied BEFORE TRUNCATE ON core_audit
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();

CREATE TABLE core_audit_default PARTITION OF core_audit DEFAULT;
CREATE TRIGGER core_audit_not_emptied BEFORE TRUNCATE ON core_audit_default
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();

CREATE FUNCTION core_audit_first_id(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Returns the name of the new partition, or NULL where there is one. CREATE and ATTACH lock less than
-- CREATE … PARTITION OF: others go on writing. Only entries that had to go to the DEFAULT partition stop them,
-- while they move: detached, it has lost the trigger that keeps them.
CREATE FUNCTION core_audit_make_partition(moment timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    first timestamptz := date_trunc('month', moment, 'UTC');
    low uuid := core_audit_first_id(first);
    high uuid := core_audit_first_id(
        ((first AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
    );
    name text := 'core_audit_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    strays boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('core_audit_make_partition'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE core_audit INCLUDING ALL)', name);
    EXECUTE format('CREATE TRIGGER core_audit_not_emptied BEFORE TRUNCATE ON %I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse()', name);
    SELECT EXISTS (SELECT FROM core_audit_default WHERE id >= low AND id < high) INTO strays;
    IF strays THEN
        ALTER TABLE core_audit DETACH PARTITION core_audit_default;
        EXECUTE format('WITH moved AS (DELETE FROM core_audit_default WHERE id >= $1 AND id < $2 RETURNING *)'
                       ' INSERT INTO %I SELECT * FROM moved', name) USING low, high;
    END IF;
    EXECUTE format('ALTER TABLE core_audit ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, low, high);
    IF strays THEN
        ALTER TABLE core_audit ATTACH PARTITION core_audit_default DEFAULT;
    END IF;
    RETURN name;
END $$;

SELECT core_audit_make_partition(now() + make_interval(months => ahead)) FROM generate_series(0, 3) AS ahead;
"""

# The triggers go with the function that they call.
BACKWARD = """
DROP FUNCTION core_audit_make_partition(timestamptz);
DROP FUNCTION core_audit_first_id(timestamptz);
DROP FUNCTION core_audit_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # In one line: the linter of migrations reads lines, and knows a new table's by their first word.
                migrations.RunSQL(" ".join(TABLE.split()), "DROP TABLE core_audit"),
                migrations.RunSQL(GUARDS, BACKWARD),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Audit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=apps.core.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("change", "change"), ("security", "security")],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("verb", models.CharField(max_length=60, verbose_name="verb")),
                        ("actor_id", models.UUIDField(null=True, verbose_name="actor")),
                        (
                            "subject_type",
                            models.CharField(max_length=60, verbose_name="kind of subject"),
                        ),
                        ("subject_id", models.UUIDField(null=True, verbose_name="subject row")),
                        (
                            "data",
                            models.JSONField(
                                default=dict,
                                encoder=django.core.serializers.json.DjangoJSONEncoder,
                                verbose_name="details",
                            ),
                        ),
                        ("ip", models.GenericIPAddressField(null=True, verbose_name="IP address")),
                        ("session_id", models.UUIDField(null=True, verbose_name="session")),
                        (
                            "request_id",
                            models.CharField(default="", max_length=64, verbose_name="request"),
                        ),
                    ],
                    options={
                        "verbose_name": "audit entry",
                        "verbose_name_plural": "audit trail",
                        "db_table": "core_audit",
                        "indexes": [
                            models.Index(fields=["subject_id", "id"], name="core_audit_subject"),
                            models.Index(fields=["actor_id", "id"], name="core_audit_actor"),
                            models.Index(
                                condition=models.Q(("request_id", ""), _negated=True),
                                fields=["request_id"],
                                name="core_audit_request",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["change", "security"])),
                                name="core_audit_kind_known",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
