# One account for each function, with its own roles and no others. Who creates objects can neither overwrite nor delete them.
locals {
  functions = toset(concat(["extract", "transform", "load"], var.sync_enabled ? ["sync", "deliver"] : []))
  bucket_roles = merge(
    {
      extract_creates_raw     = { function = "extract", bucket = "raw", role = "roles/storage.objectCreator" }
      extract_reads_raw       = { function = "extract", bucket = "raw", role = "roles/storage.objectViewer" }
      transform_reads_raw     = { function = "transform", bucket = "raw", role = "roles/storage.objectViewer" }
      transform_creates_clean = { function = "transform", bucket = "clean", role = "roles/storage.objectCreator" }
      transform_reads_clean   = { function = "transform", bucket = "clean", role = "roles/storage.objectViewer" }
      load_reads_clean        = { function = "load", bucket = "clean", role = "roles/storage.objectViewer" }
    },
    var.sync_enabled ? {
      sync_creates_outbox  = { function = "sync", bucket = "outbox", role = "roles/storage.objectCreator" }
      sync_reads_outbox    = { function = "sync", bucket = "outbox", role = "roles/storage.objectViewer" }
      deliver_reads_outbox = { function = "deliver", bucket = "outbox", role = "roles/storage.objectViewer" }
    } : {},
  )
}

resource "google_service_account" "function" {
  for_each     = local.functions
  account_id   = "crm-${each.key}"
  display_name = "Function ${each.key}"
  depends_on   = [google_project_service.apis]
}

# Calls the functions with the events.
resource "google_service_account" "trigger" {
  account_id   = "crm-trigger"
  display_name = "Event triggers"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "build" {
  account_id   = "crm-build"
  display_name = "Builds of functions"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "scheduler" {
  account_id   = "crm-scheduler"
  display_name = "Asks for extracts by the clock"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "models" {
  account_id   = "crm-models"
  display_name = "Builds the curated models"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "watch" {
  account_id   = "crm-watch"
  display_name = "Looks for stale streams"
  depends_on   = [google_project_service.apis]
}

resource "google_storage_bucket_iam_member" "function" {
  for_each = local.bucket_roles
  bucket   = local.buckets[each.value.bucket]
  role     = each.value.role
  member   = google_service_account.function[each.value.function].member
}

# `deliver` deletes what it has delivered; the predefined roles that may delete may also overwrite.
resource "google_project_iam_custom_role" "object_deleter" {
  count       = var.sync_enabled ? 1 : 0
  role_id     = "crmObjectDeleter"
  title       = "Deletes objects"
  permissions = ["storage.objects.delete"]
}

resource "google_storage_bucket_iam_member" "deliver_deletes_outbox" {
  count  = var.sync_enabled ? 1 : 0
  bucket = google_storage_bucket.outbox[0].name
  role   = google_project_iam_custom_role.object_deleter[0].name
  member = google_service_account.function["deliver"].member
}

resource "google_pubsub_topic_iam_member" "function_tells_failures" {
  for_each = local.functions
  topic    = google_pubsub_topic.pipeline_failures.id
  role     = "roles/pubsub.publisher"
  member   = google_service_account.function[each.key].member
}

resource "google_project_iam_member" "load_runs_jobs" {
  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["load"].member
}

# WRITER is roles/bigquery.dataEditor, READER roles/bigquery.dataViewer: BigQuery answers with these names, whichever it was told.
resource "google_bigquery_dataset_access" "load_writes" {
  for_each      = toset([for name, dataset in var.datasets : name if dataset.kind != "models"])
  dataset_id    = google_bigquery_dataset.datasets[each.key].dataset_id
  role          = "WRITER"
  user_by_email = google_service_account.function["load"].email
}

resource "google_project_iam_member" "trigger_receives_events" {
  project = var.project
  role    = "roles/eventarc.eventReceiver"
  member  = google_service_account.trigger.member
}

resource "google_cloud_run_service_iam_member" "trigger_calls" {
  for_each = toset([for name in local.functions : name if name != "sync"])
  location = var.region
  service  = google_cloudfunctions2_function.functions[each.key].service_config[0].service
  role     = "roles/run.invoker"
  member   = google_service_account.trigger.member
}

resource "google_pubsub_topic_iam_member" "scheduler_asks" {
  topic  = google_pubsub_topic.extract_requests.id
  role   = "roles/pubsub.publisher"
  member = google_service_account.scheduler.member
}

resource "google_project_iam_member" "build_writes_logs" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

# Cloud Functions copies the package into buckets of this name before it builds.
resource "google_project_iam_member" "build_reads_sources" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.build.member
  condition {
    title      = "only-sources-of-functions"
    expression = "resource.name.startsWith('projects/_/buckets/gcf-v2-sources-')"
  }
}

resource "google_storage_bucket_iam_member" "build_reads_package" {
  bucket = google_storage_bucket.package.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

resource "google_artifact_registry_repository" "images" {
  repository_id = "functions"
  location      = var.region
  format        = "DOCKER"
  description   = "Images of the functions"
  cleanup_policies {
    id     = "keep-the-newest"
    action = "KEEP"
    most_recent_versions {
      keep_count = 5
    }
  }
  cleanup_policies {
    id     = "delete-the-old"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }
  depends_on = [google_project_service.apis]
}

resource "google_artifact_registry_repository_iam_member" "build_writes_images" {
  location   = var.region
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}
