# A job for each stream that is asked by the clock; those of sources that are off wait.
resource "google_cloud_scheduler_job" "extract" {
  for_each    = var.schedules
  name        = "extract-${replace(each.key, "_", "-")}"
  description = "Asks for ${each.value.source}/${each.value.stream}"
  region      = var.region
  schedule    = each.value.cron
  time_zone   = each.value.time_zone
  paused      = !contains(var.sources_on, each.value.source)

  # Over HTTP, because a Pub/Sub target would be asked by Google's agent instead of an account with this one right.
  http_target {
    http_method = "POST"
    uri         = "https://pubsub.googleapis.com/v1/${google_pubsub_topic.extract_requests.id}:publish"
    headers     = { "Content-Type" = "application/json" }
    body = base64encode(jsonencode({
      messages = [{ data = base64encode(jsonencode({ source = each.value.source, stream = each.value.stream })) }]
    }))
    oauth_token {
      service_account_email = google_service_account.scheduler.email
      scope                 = "https://www.googleapis.com/auth/pubsub"
    }
  }
  retry_config {
    retry_count          = 5
    min_backoff_duration = "10s"
    max_backoff_duration = "600s"
  }
  depends_on = [google_project_iam_member.agents]
}
