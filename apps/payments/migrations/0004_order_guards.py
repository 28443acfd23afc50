"""What the database itself guarantees about orders, attempts and notices, whoever writes to them.

- What was agreed in an order, and what a gateway was told of an attempt, is never changed; neither is deleted.
- An order is paid once and stays paid. An attempt goes only where ``domain.attempts`` lets it; nothing leaves success.
- Notices of gateways are only inserted.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_order_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - '{state,paid_at,updated_at}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{state,paid_at,updated_at}'::text[]) THEN
        RAISE EXCEPTION 'what was agreed in order % is kept', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_order_kept';
    END IF;
    IF OLD.state = 'PAID' AND (NEW.state, NEW.paid_at) IS DISTINCT FROM (OLD.state, OLD.paid_at) THEN
        RAISE EXCEPTION 'order % stays paid', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_order_stays_paid';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_attempt_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving constant text[] := '{state,paid_at,gateway_ref,gateway_code,is_surplus,updated_at}';
BEGIN
    IF (to_jsonb(NEW) - moving) IS DISTINCT FROM (to_jsonb(OLD) - moving) THEN
        RAISE EXCEPTION 'what the gateway was told of attempt % is kept', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_attempt_kept';
    END IF;
    IF NOT (OLD.state, NEW.state) IN (
        ('PENDING', 'SUCCEEDED'), ('PENDING', 'FAILED'), ('PENDING', 'REVIEW'),
        ('FAILED', 'SUCCEEDED'), ('FAILED', 'REVIEW'),
        ('REVIEW', 'SUCCEEDED'), ('REVIEW', 'FAILED')
    ) THEN
        RAISE EXCEPTION 'attempt % does not go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_attempt_step';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was paid stays on record', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_record_kept';
END $$;

CREATE TRIGGER payments_order_keep BEFORE UPDATE ON payments_order
    FOR EACH ROW EXECUTE FUNCTION payments_order_keep();
CREATE TRIGGER payments_attempt_keep BEFORE UPDATE ON payments_attempt
    FOR EACH ROW EXECUTE FUNCTION payments_attempt_keep();
CREATE TRIGGER payments_order_kept BEFORE DELETE ON payments_order
    FOR EACH ROW EXECUTE FUNCTION payments_record_refuse();
CREATE TRIGGER payments_attempt_kept BEFORE DELETE ON payments_attempt
    FOR EACH ROW EXECUTE FUNCTION payments_record_refuse();
CREATE TRIGGER payments_gateway_event_kept BEFORE UPDATE OR DELETE ON payments_gateway_event
    FOR EACH ROW EXECUTE FUNCTION payments_record_refuse();
CREATE TRIGGER payments_order_not_emptied BEFORE TRUNCATE ON payments_order
    FOR EACH STATEMENT EXECUTE FUNCTION payments_record_refuse();
CREATE TRIGGER payments_attempt_not_emptied BEFORE TRUNCATE ON payments_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION payments_record_refuse();
CREATE TRIGGER payments_gateway_event_not_emptied BEFORE TRUNCATE ON payments_gateway_event
    FOR EACH STATEMENT EXECUTE FUNCTION payments_record_refuse();
"""

# Their triggers go with them.
BACKWARD = """
DROP FUNCTION payments_order_keep() CASCADE;
DROP FUNCTION payments_attempt_keep() CASCADE;
DROP FUNCTION payments_record_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_orders")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
