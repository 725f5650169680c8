resource "google_pubsub_topic" "extract_requests" {
  name                       = "extract-requests"
  message_retention_duration = "604800s"
  depends_on                 = [google_project_service.apis]
}

# What needs a person. The inbox keeps it until somebody has taken it; who only looks hides it from others for ten seconds.
resource "google_pubsub_topic" "pipeline_failures" {
  name                       = "pipeline-failures"
  message_retention_duration = "2678400s"
  depends_on                 = [google_project_service.apis]
}

resource "google_pubsub_subscription" "inbox" {
  name                       = "pipeline-failures-inbox"
  topic                      = google_pubsub_topic.pipeline_failures.id
  message_retention_duration = "2678400s"
  ack_deadline_seconds       = 10
  expiration_policy {
    ttl = ""
  }
}

# Events that no try could get through. deploy.sh sets it on the subscriptions that Eventarc makes: Terraform cannot.
resource "google_pubsub_topic" "dead_letters" {
  name                       = "dead-letters"
  message_retention_duration = "2678400s"
  depends_on                 = [google_project_service.apis]
}

resource "google_pubsub_subscription" "dead_letters" {
  name                       = "dead-letters-inbox"
  topic                      = google_pubsub_topic.dead_letters.id
  message_retention_duration = "2678400s"
  ack_deadline_seconds       = 10
  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_topic_iam_member" "pubsub_writes_dead_letters" {
  topic  = google_pubsub_topic.dead_letters.id
  role   = "roles/pubsub.publisher"
  member = local.agent["pubsub"]
}
