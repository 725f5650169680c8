# The database and the key of `sync` and `deliver`; nothing of it exists unless sync_enabled says so.
locals {
  deliver_max_instances = 3
  extract_max_instances = 10
  # An instance of `extract` has one connection.
  database_connections = (var.sync_max_instances + local.deliver_max_instances) * var.sync_pool + (contains(var.sources_on, "crm") ? local.extract_max_instances : 0)
  sync_settings = var.sync_enabled ? {
    OUTBOX_BUCKET            = google_storage_bucket.outbox[0].name
    INSTANCE_CONNECTION_NAME = google_sql_database_instance.sync[0].connection_name
  } : {}
  # Only with the source: half of a source's settings keeps `extract` from starting.
  extract_database = { for database in google_sql_database_instance.sync : "INSTANCE_CONNECTION_NAME" => database.connection_name if contains(var.sources_on, "crm") }
  # `extract` reads the audit of deliveries into the warehouse, with the source crm.
  database_clients = var.sync_enabled ? concat(["sync", "deliver"], contains(var.sources_on, "crm") ? ["extract"] : []) : []
}

resource "google_sql_database_instance" "sync" {
  count               = var.sync_enabled ? 1 : 0
  name                = "crm-sync"
  region              = var.region
  database_version    = "POSTGRES_17"
  deletion_protection = true

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.sync_tier
    disk_autoresize             = true
    deletion_protection_enabled = true
    # An address that nobody is authorized for: clients come through Cloud SQL's own proxy, which asks IAM.
    ip_configuration {
      ipv4_enabled = true
      ssl_mode     = "ENCRYPTED_ONLY"
    }
    backup_configuration {
      enabled                        = true
      start_time                     = "07:00"
      point_in_time_recovery_enabled = true
    }
    maintenance_window {
      day  = 7
      hour = 8
    }
    database_flags {
      name  = "max_connections"
      value = var.sync_max_connections
    }
  }

  lifecycle {
    precondition {
      condition     = local.database_connections <= var.sync_max_connections - 10
      error_message = "The instances of sync, deliver and extract could open more connections than the database takes: lower sync_max_instances or raise sync_max_connections."
    }
  }
  depends_on = [google_project_service.apis]
}

resource "google_sql_database" "sync" {
  count    = var.sync_enabled ? 1 : 0
  name     = "crm"
  instance = google_sql_database_instance.sync[0].name
}

resource "google_project_iam_member" "database_client" {
  for_each = toset(local.database_clients)
  project  = var.project
  role     = "roles/cloudsql.client"
  member   = google_service_account.function[each.key].member
}

resource "google_kms_key_ring" "sync" {
  count      = var.sync_enabled ? 1 : 0
  name       = "crm-sync"
  location   = var.region
  depends_on = [google_project_service.apis]
}

# Encrypts the secrets of the service: without this key neither the database's password nor the key of credentials can be read.
resource "google_kms_crypto_key" "sync" {
  count           = var.sync_enabled ? 1 : 0
  name            = "secrets"
  key_ring        = google_kms_key_ring.sync[0].id
  rotation_period = "7776000s"
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "secrets_use_key" {
  count         = var.sync_enabled ? 1 : 0
  crypto_key_id = google_kms_crypto_key.sync[0].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local.agent["secretmanager"]
}

resource "google_cloud_run_service_iam_member" "sync_callers" {
  for_each = var.sync_enabled ? var.sync_callers : []
  location = var.region
  service  = google_cloudfunctions2_function.functions["sync"].service_config[0].service
  role     = "roles/run.invoker"
  member   = each.key
}
