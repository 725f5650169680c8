-- Up Migration
-- What delivery without loss needs. Rows of the replaced service stay as they are; its credentials are taken over by `npm run migrate`.

-- Disconnecting purges the credentials, and a list shows their last four characters without decrypting anything.
ALTER TABLE crm.crm_integrations ALTER COLUMN encrypted_credentials DROP NOT NULL;
ALTER TABLE crm.crm_integrations ADD COLUMN IF NOT EXISTS key_id text;
ALTER TABLE crm.crm_integrations ADD COLUMN IF NOT EXISTS credential_last_four text NOT NULL DEFAULT '****';
UPDATE crm.crm_integrations SET settings = '{}'::jsonb WHERE settings IS NULL;
UPDATE crm.crm_integrations SET is_active = true WHERE is_active IS NULL;
UPDATE crm.crm_integrations SET sync_status = 'connected' WHERE sync_status IS NULL;
-- The replaced service kept what it should have purged.
UPDATE crm.crm_integrations SET encrypted_credentials = NULL WHERE NOT is_active;
ALTER TABLE crm.crm_integrations ALTER COLUMN settings SET NOT NULL;
ALTER TABLE crm.crm_integrations ALTER COLUMN is_active SET NOT NULL;
ALTER TABLE crm.crm_integrations ALTER COLUMN sync_status SET NOT NULL;

ALTER TABLE crm.crm_sync_logs ADD COLUMN IF NOT EXISTS attempts int NOT NULL DEFAULT 0;
ALTER TABLE crm.crm_sync_logs ADD COLUMN IF NOT EXISTS outbox_object text;
-- Its payloads are whole contacts; the audit keeps the names of their fields.
UPDATE crm.crm_sync_logs SET
  request_payload = jsonb_build_object('fields', CASE jsonb_typeof(request_payload)
    WHEN 'object' THEN (SELECT coalesce(jsonb_agg(field ORDER BY field), '[]'::jsonb) FROM jsonb_object_keys(request_payload) AS field)
    ELSE '[]'::jsonb END),
  response_payload = NULL,
  error_message = left(regexp_replace(error_message, '[^[:space:]]+@[^[:space:]]+', '…', 'g'), 200)
WHERE NOT (request_payload ? 'fields' AND response_payload IS NULL);

-- What became of one contact or event in one CRM: the newest version that was sent, and who is sending at this moment.
CREATE TABLE crm.crm_item_states (
  user_id text NOT NULL,
  crm_type text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('contact', 'event')),
  -- A digest: no address is kept.
  item_key text NOT NULL,
  occurred_at timestamptz,
  -- Field name to digest of the value that the CRM was given.
  sent jsonb NOT NULL DEFAULT '{}'::jsonb,
  crm_entity_id text,
  delivered_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, crm_type, kind, item_key)
);
CREATE INDEX crm_item_states_updated ON crm.crm_item_states (updated_at);

CREATE TABLE crm.crm_requests (
  user_id text NOT NULL,
  idempotency_key text NOT NULL,
  request_digest text NOT NULL,
  token uuid NOT NULL,
  lease_until timestamptz NOT NULL,
  -- A repeat is the same request: it has the version of the first try.
  received_at timestamptz NOT NULL DEFAULT now(),
  status int,
  response jsonb,
  PRIMARY KEY (user_id, idempotency_key)
);
CREATE INDEX crm_requests_received ON crm.crm_requests (received_at);

CREATE TABLE crm.crm_outbox_items (
  object_name text NOT NULL,
  ordinal bigint NOT NULL,
  outcome text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (object_name, ordinal)
);

CREATE TABLE crm.crm_locks (
  lock_key text PRIMARY KEY,
  token uuid NOT NULL,
  lease_until timestamptz NOT NULL
);

-- Nothing is lost with it, and an unlogged row costs no wait for the disk.
CREATE UNLOGGED TABLE crm.crm_rate_limits (
  user_id text PRIMARY KEY,
  -- The time at which the user's allowance is whole again (GCRA).
  free_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS crm_sync_logs_integration ON crm.crm_sync_logs (integration_id);
CREATE INDEX IF NOT EXISTS crm_sync_logs_user ON crm.crm_sync_logs (user_id, created_at DESC);
CREATE INDEX IF NOT EXISTS crm_sync_logs_updated ON crm.crm_sync_logs (updated_at);
CREATE INDEX IF NOT EXISTS crm_sync_logs_entity ON crm.crm_sync_logs (entity_type, entity_id);
CREATE INDEX IF NOT EXISTS crm_sync_logs_retrying ON crm.crm_sync_logs (status, next_retry_at) WHERE status = 'retrying';

CREATE OR REPLACE FUNCTION crm.update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION crm.calculate_duration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.request_completed_at IS NOT NULL AND NEW.request_started_at IS NOT NULL THEN
    NEW.duration_ms = (extract(epoch FROM NEW.request_completed_at - NEW.request_started_at) * 1000)::int;
  END IF;
  RETURN NEW;
END $$;

-- The replaced service had triggers of its own names for the same.
DO $$
DECLARE old record;
BEGIN
  FOR old IN SELECT tgname, tgrelid::regclass AS owner FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND tgrelid IN ('crm.crm_integrations'::regclass, 'crm.crm_sync_logs'::regclass)
      AND proname IN ('update_updated_at_column', 'calculate_duration')
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', old.tgname, old.owner);
  END LOOP;
END $$;
CREATE TRIGGER integrations_updated BEFORE UPDATE ON crm.crm_integrations FOR EACH ROW EXECUTE FUNCTION crm.update_updated_at_column();
CREATE TRIGGER sync_logs_updated BEFORE UPDATE ON crm.crm_sync_logs FOR EACH ROW EXECUTE FUNCTION crm.update_updated_at_column();
CREATE TRIGGER sync_logs_duration BEFORE INSERT OR UPDATE ON crm.crm_sync_logs FOR EACH ROW EXECUTE FUNCTION crm.calculate_duration();

DROP VIEW IF EXISTS crm.integration_summary;
CREATE VIEW crm.integration_summary AS
SELECT
  user_id,
  count(*) AS total_integrations,
  count(*) FILTER (WHERE is_active) AS active_integrations,
  array_agg(crm_type ORDER BY crm_type) FILTER (WHERE is_active) AS active_crm_types,
  max(last_sync_at) AS last_sync_at
FROM crm.crm_integrations
GROUP BY user_id;

DROP VIEW IF EXISTS crm.sync_performance;
CREATE VIEW crm.sync_performance AS
SELECT
  crm_type,
  count(*) AS total_syncs,
  count(*) FILTER (WHERE status = 'success') AS successful_syncs,
  count(*) FILTER (WHERE status = 'failed') AS failed_syncs,
  round(avg(duration_ms)::numeric, 2) AS avg_duration_ms,
  round((percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms))::numeric, 2) AS median_duration_ms,
  round((percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms))::numeric, 2) AS p95_duration_ms
FROM crm.crm_sync_logs
WHERE status IN ('success', 'failed') AND created_at >= now() - interval '7 days'
GROUP BY crm_type;
