locals {
  # Every function of the chain: what starts it, how many there may be, what it is told. Each is told only what it needs.
  chain = {
    extract   = { bucket = null, max = local.extract_max_instances, env = merge({ RAW_BUCKET = google_storage_bucket.raw.name }, local.extract_database, local.source_settings) }
    transform = { bucket = "raw", max = 20, env = { RAW_BUCKET = google_storage_bucket.raw.name, CLEAN_BUCKET = google_storage_bucket.clean.name } }
    # BigQuery runs two changes of a table at a time and keeps twenty waiting.
    load = { bucket = "clean", max = 5, env = {
      CLEAN_BUCKET         = google_storage_bucket.clean.name
      GOOGLE_CLOUD_PROJECT = var.project
      BIGQUERY_LOCATION    = var.region
      MAX_GB_BILLED        = tostring(var.max_gb_billed)
    } }
  }
  # Room for what many requests at once hold for a moment: with less, most of it is copied by the garbage collector (bench:sync).
  sync_process = { ENVIRONMENT = "production", NODE_OPTIONS = "--max-semi-space-size=32" }
  service = {
    sync    = { bucket = null, max = var.sync_max_instances, env = merge(local.sync_settings, local.sync_process, { CORS_ALLOWED_ORIGINS = var.sync_origins }) }
    deliver = { bucket = "outbox", max = local.deliver_max_instances, env = local.sync_settings }
  }
  deployed = merge(local.chain, { for name, settings in local.service : name => settings if var.sync_enabled })
  secrets = {
    extract   = local.source_secrets
    transform = []
    load      = []
    sync      = local.sync_secrets
    deliver   = local.sync_secrets
  }
  timeout = 540
}

resource "google_cloudfunctions2_function" "functions" {
  for_each = local.deployed
  name     = each.key
  location = var.region

  build_config {
    runtime           = "nodejs24"
    entry_point       = each.key
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.images.id
    source {
      storage_source {
        bucket = google_storage_bucket.package.name
        object = google_storage_bucket_object.package.name
      }
    }
  }

  service_config {
    available_memory                 = "512Mi"
    available_cpu                    = "1"
    timeout_seconds                  = local.timeout
    max_instance_request_concurrency = each.key == "sync" ? 80 : 1
    min_instance_count               = 0
    max_instance_count               = each.value.max
    # From anywhere, because people call functions by hand; IAM lets in only who has been given the role.
    ingress_settings      = "ALLOW_ALL"
    service_account_email = google_service_account.function[each.key].email
    environment_variables = merge(each.value.env, {
      NOTICES_TOPIC            = google_pubsub_topic.pipeline_failures.name
      FUNCTION_TIMEOUT_SECONDS = tostring(local.timeout)
      CODE_VERSION             = var.code_version
    })
    dynamic "secret_environment_variables" {
      for_each = toset(local.secrets[each.key])
      content {
        key        = secret_environment_variables.key
        project_id = var.project
        secret     = google_secret_manager_secret.secrets[secret_environment_variables.key].secret_id
        version    = "latest"
      }
    }
  }

  # Without a retry policy the event of a failure is dropped in silence.
  dynamic "event_trigger" {
    for_each = each.key == "sync" ? [] : [each.value]
    content {
      trigger_region        = var.region
      event_type            = each.key == "extract" ? "google.cloud.pubsub.topic.v1.messagePublished" : "google.cloud.storage.object.v1.finalized"
      pubsub_topic          = each.key == "extract" ? google_pubsub_topic.extract_requests.id : null
      retry_policy          = "RETRY_POLICY_RETRY"
      service_account_email = google_service_account.trigger.email
      dynamic "event_filters" {
        for_each = event_trigger.value.bucket == null ? [] : [local.buckets[event_trigger.value.bucket]]
        content {
          attribute = "bucket"
          value     = event_filters.value
        }
      }
    }
  }

  depends_on = [time_sleep.roles_are_known, google_secret_manager_secret_iam_member.function_reads]
}
