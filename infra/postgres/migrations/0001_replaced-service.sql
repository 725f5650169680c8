-- Up Migration
-- The schema of the service that this one replaces, as it is where that one has run: nothing here changes a table that exists.

CREATE SCHEMA IF NOT EXISTS crm;

CREATE TABLE IF NOT EXISTS crm.crm_integrations (
  integration_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL,
  crm_type text NOT NULL,
  encrypted_credentials bytea NOT NULL,
  settings jsonb DEFAULT '{}'::jsonb,
  is_active boolean DEFAULT true,
  sync_status text DEFAULT 'connected',
  sync_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  last_sync_at timestamptz,
  UNIQUE (user_id, crm_type)
);

CREATE TABLE IF NOT EXISTS crm.crm_sync_logs (
  log_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id uuid NOT NULL REFERENCES crm.crm_integrations (integration_id) ON DELETE CASCADE,
  user_id text NOT NULL,
  crm_type text NOT NULL,
  operation_type text NOT NULL,
  entity_type text NOT NULL,
  entity_id text,
  request_payload jsonb NOT NULL,
  response_payload jsonb,
  crm_entity_id text,
  status text NOT NULL DEFAULT 'pending',
  status_code int,
  error_message text,
  error_details jsonb,
  retry_count int DEFAULT 0,
  max_retries int DEFAULT 3,
  next_retry_at timestamptz,
  request_started_at timestamptz NOT NULL DEFAULT now(),
  request_completed_at timestamptz,
  duration_ms int,
  source text DEFAULT 'api',
  triggered_by text,
  endpoint text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
