-- Up Migration
-- Which account of a CRM a connection leads to: other credentials and a disconnect give it another name, and what is known of the contacts of the one
-- before counts no more, however many they are. Null is the account that was connected first.
ALTER TABLE crm.crm_integrations ADD COLUMN account uuid;
ALTER TABLE crm.crm_item_states ADD COLUMN account uuid;

-- What waits in OUTBOX for more than 24 days has more milliseconds than an integer holds: its end could not be written.
CREATE OR REPLACE FUNCTION crm.calculate_duration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.request_completed_at IS NOT NULL AND NEW.request_started_at IS NOT NULL THEN
    NEW.duration_ms = least(extract(epoch FROM NEW.request_completed_at - NEW.request_started_at) * 1000, 2147483647)::int;
  END IF;
  RETURN NEW;
END $$;
