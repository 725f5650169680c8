# The project of the curated models, without a Git remote: `npm run infra:dataform` commits what is in infra/dataform.
resource "google_dataform_repository" "models" {
  provider        = google-beta
  name            = "crm-models"
  region          = var.region
  service_account = google_service_account.models.email
  depends_on      = [google_project_iam_member.agents, google_service_account_iam_member.dataform_acts_as_models]
}

# No schedule: what runs is what was published, until something else is. No variables: workflow_settings.yaml has them for everybody.
resource "google_dataform_repository_release_config" "production" {
  provider      = google-beta
  region        = var.region
  repository    = google_dataform_repository.models.name
  name          = "production"
  git_commitish = "main"
  code_compilation_config {
    default_database = var.project
    default_location = var.region
  }
}

resource "google_dataform_repository_workflow_config" "daily" {
  provider       = google-beta
  region         = var.region
  repository     = google_dataform_repository.models.name
  name           = "daily"
  release_config = google_dataform_repository_release_config.production.id
  cron_schedule  = var.models_cron
  time_zone      = var.models_time_zone
  invocation_config {
    service_account = google_service_account.models.email
  }
}

# Dataform's agent works as this account, and only as this one.
resource "google_service_account_iam_member" "dataform_acts_as_models" {
  for_each           = toset(["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"])
  service_account_id = google_service_account.models.name
  role               = each.key
  member             = local.agent["dataform"]
}

resource "google_project_iam_member" "models_run_queries" {
  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.models.member
}

# Who writes a view that reads for others must have bigquery.datasets.update, which only owners have, on the dataset that it reads.
locals {
  behind_analytics = [for pair in values(var.behind_analytics) : pair.read]
  models_roles = {
    for name, dataset in var.datasets :
    name => contains(local.behind_analytics, name) ? "OWNER" : dataset.kind == "models" ? "WRITER" : "READER" if dataset.kind != "stage"
  }
}

resource "google_bigquery_dataset_access" "models_access" {
  for_each      = local.models_roles
  dataset_id    = google_bigquery_dataset.datasets[each.key].dataset_id
  role          = local.models_roles[each.key]
  user_by_email = google_service_account.models.email
}
