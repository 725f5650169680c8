# Datasets and tables as the streams declare them. `load` adds columns that a contract has gained, so Terraform leaves schemas alone.
resource "google_bigquery_dataset" "datasets" {
  for_each                    = var.datasets
  dataset_id                  = each.key
  description                 = each.value.description
  location                    = var.region
  default_table_expiration_ms = each.value.kind == "stage" ? 86400000 : null
  delete_contents_on_destroy  = false
  depends_on                  = [google_project_service.apis]
}

resource "google_bigquery_table" "tables" {
  for_each            = var.tables
  dataset_id          = google_bigquery_dataset.datasets[each.value.dataset].dataset_id
  table_id            = each.value.table
  description         = each.value.description
  labels              = each.value.labels
  clustering          = length(each.value.cluster) == 0 ? null : each.value.cluster
  schema              = each.value.schema
  deletion_protection = true
  time_partitioning {
    type  = "DAY"
    field = each.value.partition
  }
  lifecycle {
    ignore_changes = [schema]
  }
}

resource "google_bigquery_table" "ledger" {
  dataset_id          = google_bigquery_dataset.datasets["ops"].dataset_id
  table_id            = "ledger"
  description         = "What became of every generation of a raw object"
  deletion_protection = false
  view {
    # A view that is made by the API names its project.
    query          = replace(var.ledger, "FROM ops.", "FROM `${var.project}`.ops.")
    use_legacy_sql = false
  }
  depends_on = [google_bigquery_table.tables]
}

# Readers of reports see the views of `analytics` and nothing below them: the views, and views behind these, read for them. Every right on a dataset is such
# an entry: google_bigquery_dataset_iam_member would write the list anew without the entry of the views.
resource "google_bigquery_dataset_access" "analytics_reads_models" {
  for_each   = var.behind_analytics
  dataset_id = google_bigquery_dataset.datasets[each.value.read].dataset_id
  dataset {
    dataset {
      project_id = var.project
      dataset_id = google_bigquery_dataset.datasets[each.value.reader].dataset_id
    }
    target_types = ["VIEWS"]
  }
}

resource "google_bigquery_dataset_access" "report_readers" {
  for_each       = contains(keys(var.datasets), "analytics") ? var.report_readers : []
  dataset_id     = google_bigquery_dataset.datasets["analytics"].dataset_id
  role           = "READER"
  group_by_email = startswith(each.key, "group:") ? trimprefix(each.key, "group:") : null
  user_by_email  = startswith(each.key, "group:") ? null : split(":", each.key)[1]
}

resource "google_project_iam_member" "report_readers_run_queries" {
  for_each = var.report_readers
  project  = var.project
  role     = "roles/bigquery.jobUser"
  member   = each.key
}

# Power BI reads results with the Storage API.
resource "google_project_iam_member" "report_readers_read_sessions" {
  for_each = var.report_readers
  project  = var.project
  role     = "roles/bigquery.readSessionUser"
  member   = each.key
}

# What all queries of a day may read. Google's own limit is 200 TiB, which is a bill of a thousand dollars.
resource "google_cloud_quotas_quota_preference" "query_usage" {
  parent               = "projects/${var.project}"
  name                 = "bigquery-query-usage-per-day"
  service              = "bigquery.googleapis.com"
  quota_id             = "QueryUsagePerDay"
  ignore_safety_checks = "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"
  quota_config {
    preferred_value = var.query_gb_per_day * 1024
  }
  depends_on = [google_project_service.apis]
}
