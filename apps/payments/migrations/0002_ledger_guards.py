"""What the database itself guarantees about the ledger, whoever writes to it.

- An entry carries itself into its account and is given its number and the balance after it.
- A lot starts full; an allocation takes from it. Both belong to the account of their entry.
- Nothing is updated, deleted or truncated: corrections are new entries.
- At commit every change of a balance is one entry's, and the lots and allocations of an entry add up to it.
  (An insert that is skipped by ON CONFLICT DO NOTHING has already fired its BEFORE trigger: without this
  check it would debit and leave no entry.)
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the ledger only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_ledger_only_grows';
END $$;

CREATE FUNCTION payments_credit_entry_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments_credit_account
       SET balance = balance + NEW.delta, seq = seq + 1
     WHERE company_id = NEW.account_id
    RETURNING balance, seq INTO NEW.balance_after, NEW.seq;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no credit account %', NEW.account_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payments_credit_entry_account_exists';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_credit_lot_fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payments_credit_entry WHERE id = NEW.entry_id AND account_id = NEW.account_id
    ) THEN
        RAISE EXCEPTION 'entry % and lot % are not of one account', NEW.entry_id, NEW.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payments_credit_lot_one_account';
    END IF;
    NEW.remaining := NEW.granted;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_lot_allocation_take() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments_credit_lot AS lot
       SET remaining = lot.remaining - NEW.amount
      FROM payments_credit_entry AS entry
     WHERE lot.id = NEW.lot_id AND entry.id = NEW.entry_id AND entry.account_id = lot.account_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % and lot % are not of one account', NEW.entry_id, NEW.lot_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payments_lot_allocation_one_account';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_credit_account_explain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.balance <> 0 OR NEW.seq <> 0) AND NOT EXISTS (
        SELECT FROM payments_credit_entry
         WHERE account_id = NEW.company_id AND seq = NEW.seq AND balance_after = NEW.balance
    ) THEN
        RAISE EXCEPTION 'no entry explains balance % of account %', NEW.balance, NEW.company_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_credit_account_explained';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION payments_credit_entry_explain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject uuid;
    expected bigint;
    opened bigint;
    taken bigint;
BEGIN
    IF TG_TABLE_NAME = 'payments_credit_entry' THEN
        subject := NEW.id;
    ELSE
        subject := NEW.entry_id;
    END IF;
    SELECT entry.delta,
           (SELECT coalesce(sum(granted), 0) FROM payments_credit_lot WHERE entry_id = entry.id),
           (SELECT coalesce(sum(amount), 0) FROM payments_lot_allocation WHERE entry_id = entry.id)
      INTO expected, opened, taken
      FROM payments_credit_entry AS entry WHERE entry.id = subject;
    IF expected IS DISTINCT FROM opened - taken THEN
        RAISE EXCEPTION 'entry % moves % credits, its lots %', subject, expected, opened - taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_credit_entry_explained';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payments_credit_entry_post BEFORE INSERT ON payments_credit_entry
    FOR EACH ROW EXECUTE FUNCTION payments_credit_entry_post();
CREATE TRIGGER payments_credit_lot_fill BEFORE INSERT ON payments_credit_lot
    FOR EACH ROW EXECUTE FUNCTION payments_credit_lot_fill();
CREATE TRIGGER payments_lot_allocation_take AFTER INSERT ON payments_lot_allocation
    FOR EACH ROW EXECUTE FUNCTION payments_lot_allocation_take();

CREATE CONSTRAINT TRIGGER payments_credit_account_explain AFTER INSERT OR UPDATE ON payments_credit_account
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_credit_account_explain();
CREATE CONSTRAINT TRIGGER payments_credit_entry_explain AFTER INSERT ON payments_credit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_credit_entry_explain();
CREATE CONSTRAINT TRIGGER payments_credit_lot_explain AFTER INSERT ON payments_credit_lot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_credit_entry_explain();
CREATE CONSTRAINT TRIGGER payments_lot_allocation_explain AFTER INSERT ON payments_lot_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_credit_entry_explain();

CREATE TRIGGER payments_credit_account_kept BEFORE DELETE ON payments_credit_account
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_refuse();
CREATE TRIGGER payments_credit_entry_kept BEFORE UPDATE OR DELETE ON payments_credit_entry
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_refuse();
CREATE TRIGGER payments_credit_lot_kept BEFORE DELETE ON payments_credit_lot
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_refuse();
-- Only an allocation's trigger, which runs one level deeper, changes a lot.
CREATE TRIGGER payments_credit_lot_unchanged BEFORE UPDATE ON payments_credit_lot
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION payments_ledger_refuse();
CREATE TRIGGER payments_lot_allocation_kept BEFORE UPDATE OR DELETE ON payments_lot_allocation
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_refuse();

CREATE TRIGGER payments_credit_account_not_emptied BEFORE TRUNCATE ON payments_credit_account
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_refuse();
CREATE TRIGGER payments_credit_entry_not_emptied BEFORE TRUNCATE ON payments_credit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_refuse();
CREATE TRIGGER payments_credit_lot_not_emptied BEFORE TRUNCATE ON payments_credit_lot
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_refuse();
CREATE TRIGGER payments_lot_allocation_not_emptied BEFORE TRUNCATE ON payments_lot_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_refuse();
"""

# Their triggers go with them.
BACKWARD = """
DROP FUNCTION payments_credit_entry_post() CASCADE;
DROP FUNCTION payments_credit_lot_fill() CASCADE;
DROP FUNCTION payments_lot_allocation_take() CASCADE;
DROP FUNCTION payments_credit_account_explain() CASCADE;
DROP FUNCTION payments_credit_entry_explain() CASCADE;
DROP FUNCTION payments_ledger_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
