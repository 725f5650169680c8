locals {
  apis = toset(concat(
    [
      "artifactregistry", "bigquery", "bigquerydatatransfer", "billingbudgets", "cloudbuild", "cloudfunctions", "cloudquotas",
      "cloudresourcemanager", "cloudscheduler", "dataform", "eventarc", "iam", "logging", "monitoring", "pubsub", "run", "secretmanager", "storage",
    ],
    var.sync_enabled ? ["cloudkms", "sqladmin"] : [],
  ))
  # Google makes an agent's account when it is first needed, which is too late for a role that it must have before. One that is asked
  # for gets no role by itself: without its own the scheduler is answered 403, and a look for stale streams neither runs nor is logged.
  agent_roles = {
    bigquerydatatransfer = "roles/bigquerydatatransfer.serviceAgent"
    cloudscheduler       = "roles/cloudscheduler.serviceAgent"
    dataform             = "roles/dataform.serviceAgent"
    eventarc             = "roles/eventarc.serviceAgent"
    pubsub               = "roles/pubsub.serviceAgent"
  }
  agents = toset(concat(keys(local.agent_roles), ["secretmanager"]))
  agent  = { for name, identity in google_project_service_identity.agents : name => "serviceAccount:${identity.email}" }
}

resource "google_project_service" "apis" {
  for_each           = local.apis
  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}

resource "google_project_service_identity" "agents" {
  provider   = google-beta
  for_each   = local.agents
  service    = "${each.key}.googleapis.com"
  depends_on = [google_project_service.apis]
}

# The account that Cloud Storage publishes its events with; asking for it makes it. It waits for nothing (deploy.sh turns the service on):
# while another service is turned on it would be unknown, and its role taken away and given anew.
data "google_storage_project_service_account" "gcs" {}

resource "google_project_iam_member" "gcs_publishes_events" {
  project = var.project
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${data.google_storage_project_service_account.gcs.email_address}"
}

resource "google_project_iam_member" "agents" {
  for_each = local.agent_roles
  project  = var.project
  role     = each.value
  member   = local.agent[each.key]
}

# Pub/Sub pushes to the functions as the trigger's account, and moves what is dead from any subscription to the dead letters.
resource "google_service_account_iam_member" "pubsub_pushes_as_trigger" {
  service_account_id = google_service_account.trigger.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.agent["pubsub"]
}

resource "google_project_iam_member" "pubsub_forwards_dead_letters" {
  project = var.project
  role    = "roles/pubsub.subscriber"
  member  = local.agent["pubsub"]
}

# A role that has just been given is not everywhere yet: the first apply would fail at the triggers.
resource "time_sleep" "roles_are_known" {
  create_duration = "120s"
  depends_on = [
    google_project_iam_member.gcs_publishes_events,
    google_project_iam_member.agents,
    google_project_iam_member.pubsub_forwards_dead_letters,
    google_project_iam_member.trigger_receives_events,
    google_service_account_iam_member.pubsub_pushes_as_trigger,
    google_project_iam_member.build_writes_logs,
    google_project_iam_member.build_reads_sources,
    google_storage_bucket_iam_member.build_reads_package,
    google_artifact_registry_repository_iam_member.build_writes_images,
  ]
}
