# Who is told, and of what. Each policy says where to look next.
locals {
  channels = concat(
    [for channel in google_monitoring_notification_channel.email : channel.id],
    [for channel in google_monitoring_notification_channel.webhook : channel.id],
  )
  function_filter = join(" OR ", [for name in keys(local.deployed) : "resource.labels.service_name=\"${name}\""])
  # Counted from logs; the names are metrics `logging.googleapis.com/user/crm/<name>`.
  log_metrics = {
    notices    = { filter = local.notice_filter, label = "rule" }
    retries    = { filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.event=~\"^(extract|transform|load|sync|deliver)\\.failed$\" AND severity=WARNING", label = "rule" }
    runs       = { filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.event=~\"^(extract|transform|load|sync|deliver)\\.done$\"", label = "event" }
    rejects    = { filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.event=\"transform.done\" AND jsonPayload.rejects>0", label = "stream" }
    stale      = { filter = local.stale_filter, label = null }
    models     = { filter = local.models_filter, label = null }
    too_costly = { filter = local.cost_filter, label = null }
  }
  # Each notice once: a final one comes with an error, a late one does not.
  notice_filter = "resource.type=\"cloud_run_revision\" AND ((jsonPayload.event=~\"^(extract|transform|load|sync|deliver)\\.failed$\" AND severity=ERROR) OR (jsonPayload.event=\"notice.published\" AND jsonPayload.state=\"late\"))"
  cost_filter   = "protoPayload.serviceName=\"bigquery.googleapis.com\" AND protoPayload.status.message=~\"(?i)quota|bytesBilled|bytes billed\""
  stale_filter  = "resource.type=\"bigquery_dts_config\" AND severity>=ERROR"
  models_filter = "resource.type=\"dataform.googleapis.com/Repository\" AND jsonPayload.terminalState=\"FAILED\""
  # A line of the log that somebody must read: the mail quotes it.
  log_alerts = {
    notice = {
      title  = "A notice: something needs a person"
      filter = local.notice_filter
      labels = { function = "EXTRACT(resource.labels.service_name)", stream = "EXTRACT(jsonPayload.stream)", object = "EXTRACT(jsonPayload.object)", rule = "EXTRACT(jsonPayload.rule)", message = "EXTRACT(jsonPayload.message)" }
      text   = "The notice on `pipeline-failures` has the command that runs it again: infra/README.md, Reading a notice."
    }
    stale = {
      title  = "A stream is stale"
      filter = local.stale_filter
      labels = { message = "EXTRACT(jsonPayload.message)" }
      text   = "The message names the streams. infra/README.md, Troubleshooting: scheduler silent, stale table."
    }
    models = {
      title  = "The curated models failed"
      filter = local.models_filter
      labels = { invocation = "EXTRACT(jsonPayload.workflowInvocationId)" }
      text   = "Dataform, repository crm-models, Workflow execution logs: the model or test that failed. What depends on it keeps its last data."
    }
    query_quota = {
      title  = "A query was refused for its cost"
      filter = local.cost_filter
      labels = { account = "EXTRACT(protoPayload.authenticationInfo.principalEmail)" }
      text   = "Either a query reads more than MAX_GB_BILLED, or the project more than query_gb_per_day. INFORMATION_SCHEMA.JOBS tells which."
    }
  }
  metric_alerts = {
    dead_letters = {
      title     = "A dead letter: an event that no try got through"
      filter    = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.dead_letters.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      aligner   = "ALIGN_MAX"
      threshold = 0
      duration  = "0s"
      text      = "infra/README.md, Troubleshooting: dead letter. Then `npm run pipeline -- reconcile --redo --cloud`."
    }
    function_errors = {
      title     = "A function fails again and again"
      filter    = "resource.type=\"cloud_run_revision\" AND (${local.function_filter}) AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"5xx\""
      aligner   = "ALIGN_DELTA"
      threshold = 20
      duration  = "0s"
      text      = "Its events come again by themselves. The log tells why: infra/README.md, Queries of the log."
    }
    function_crashes = {
      title     = "A function is killed"
      filter    = "resource.type=\"cloud_run_revision\" AND (${local.function_filter}) AND metric.type=\"run.googleapis.com/container/memory/utilizations\""
      aligner   = "ALIGN_PERCENTILE_99"
      threshold = 0.95
      duration  = "300s"
      text      = "Memory is nearly full. Files that are written to the local disk count as memory."
    }
  }
}

resource "google_monitoring_notification_channel" "email" {
  for_each     = var.alert_emails
  display_name = each.key
  type         = "email"
  labels       = { email_address = each.key }
  depends_on   = [google_project_service.apis]
}

resource "google_monitoring_notification_channel" "webhook" {
  count        = nonsensitive(var.alert_webhook) == "" ? 0 : 1
  display_name = "Webhook"
  type         = "webhook_tokenauth"
  labels       = { url = var.alert_webhook }
  depends_on   = [google_project_service.apis]
}

resource "google_logging_metric" "metrics" {
  for_each = local.log_metrics
  name     = "crm/${each.key}"
  filter   = each.value.filter
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    dynamic "labels" {
      for_each = each.value.label == null ? [] : [each.value.label]
      content {
        key = labels.value
      }
    }
  }
  label_extractors = each.value.label == null ? {} : { (each.value.label) = "EXTRACT(jsonPayload.${each.value.label})" }
  depends_on       = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "log" {
  for_each              = local.log_alerts
  display_name          = each.value.title
  combiner              = "OR"
  notification_channels = local.channels
  conditions {
    display_name = each.value.title
    condition_matched_log {
      filter           = each.value.filter
      label_extractors = each.value.labels
    }
  }
  alert_strategy {
    auto_close = "86400s"
    # A stream that is stale is found again at each look.
    notification_rate_limit {
      period = each.key == "stale" ? "21600s" : "3600s"
    }
  }
  documentation {
    content   = each.value.text
    mime_type = "text/markdown"
  }
}

resource "google_monitoring_alert_policy" "metric" {
  for_each              = local.metric_alerts
  display_name          = each.value.title
  combiner              = "OR"
  notification_channels = local.channels
  conditions {
    display_name = each.value.title
    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.threshold
      duration        = each.value.duration
      aggregations {
        alignment_period   = each.key == "function_errors" ? "3600s" : "300s"
        per_series_aligner = each.value.aligner
      }
    }
  }
  alert_strategy {
    auto_close = "86400s"
  }
  documentation {
    content   = each.value.text
    mime_type = "text/markdown"
  }
}

# An error of this query is the alert. Asked all day: a look in the morning alone would come before a missed night is over its grace.
resource "google_bigquery_data_transfer_config" "stale" {
  count                = length(local.watched) == 0 ? 0 : 1
  display_name         = "crm-stale-streams"
  location             = var.region
  data_source_id       = "scheduled_query"
  schedule             = "every 2 hours"
  service_account_name = google_service_account.watch.email
  params = {
    query = replace(templatefile("${path.module}/stale.sql.tftpl", { streams = local.watched }), "FROM ops.", "FROM `${var.project}`.ops.")
  }
  depends_on = [
    google_project_iam_member.agents,
    google_project_iam_member.watch_runs_queries,
    google_bigquery_dataset_access.watch_reads_ops,
    google_service_account_iam_member.transfers_act_as_watch,
    google_bigquery_table.ledger,
  ]
}

locals {
  watched = [for schedule in var.schedules : schedule if contains(var.sources_on, schedule.source)]
}

resource "google_project_iam_member" "watch_runs_queries" {
  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.watch.member
}

resource "google_bigquery_dataset_access" "watch_reads_ops" {
  dataset_id    = google_bigquery_dataset.datasets["ops"].dataset_id
  role          = "READER"
  user_by_email = google_service_account.watch.email
}

resource "google_service_account_iam_member" "transfers_act_as_watch" {
  service_account_id = google_service_account.watch.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.agent["bigquerydatatransfer"]
}

resource "google_billing_budget" "month" {
  count           = var.billing_account == "" ? 0 : 1
  billing_account = var.billing_account
  display_name    = "crm-data-pipeline ${var.env}"
  budget_filter {
    projects = ["projects/${data.google_project.this.number}"]
  }
  amount {
    specified_amount {
      units = tostring(var.budget)
    }
  }
  threshold_rules {
    threshold_percent = 0.5
  }
  threshold_rules {
    threshold_percent = 1.0
  }
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }
  all_updates_rule {
    monitoring_notification_channels = slice(local.channels, 0, min(5, length(local.channels)))
  }
}
