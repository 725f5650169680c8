# Names only. Values are put in by people (`gcloud secrets versions add`), never by Terraform: they would lie in its state.
locals {
  on              = { for name, source in var.sources : name => source if contains(var.sources_on, name) }
  source_secrets  = flatten([for source in local.on : tolist(source.secrets)])
  source_settings = merge([for source in local.on : { for name in setunion(source.required, source.optional) : name => var.settings[name] if contains(keys(var.settings), name) }]...)
  sync_secrets    = var.sync_enabled ? concat(["DB_DSN", "CRM_ENCRYPTION_KEY"], var.crm_key_previous ? ["CRM_ENCRYPTION_KEY_PREVIOUS"] : []) : []
  secret_names    = toset(concat(flatten([for source in var.sources : tolist(source.secrets)]), var.sync_enabled ? concat(local.sync_secrets, ["CRM_ENCRYPTION_KEY_PREVIOUS"]) : []))
  readers = merge(
    { for name in local.source_secrets : "extract/${name}" => { function = "extract", secret = name } },
    { for pair in setproduct(var.sync_enabled ? ["sync", "deliver"] : [], local.sync_secrets) : "${pair[0]}/${pair[1]}" => { function = pair[0], secret = pair[1] } },
  )
}

resource "google_secret_manager_secret" "secrets" {
  for_each  = local.secret_names
  secret_id = each.key
  replication {
    user_managed {
      replicas {
        location = var.region
        dynamic "customer_managed_encryption" {
          for_each = contains(["DB_DSN", "CRM_ENCRYPTION_KEY", "CRM_ENCRYPTION_KEY_PREVIOUS"], each.key) ? google_kms_crypto_key.sync : []
          content {
            kms_key_name = customer_managed_encryption.value.id
          }
        }
      }
    }
  }
  lifecycle {
    prevent_destroy = true
  }
  depends_on = [google_project_service.apis, google_kms_crypto_key_iam_member.secrets_use_key]
}

resource "google_secret_manager_secret_iam_member" "function_reads" {
  for_each  = local.readers
  secret_id = google_secret_manager_secret.secrets[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}
