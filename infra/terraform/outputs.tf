output "raw_bucket" {
  description = "Where files are put."
  value       = google_storage_bucket.raw.name
}

output "clean_bucket" {
  description = "Where rows, rejects and run records are."
  value       = google_storage_bucket.clean.name
}

output "exports_bucket" {
  description = "Where exports go: EXPORTS_BUCKET of the verb `export`."
  value       = google_storage_bucket.exports.name
}

output "triggers" {
  description = "The Eventarc trigger of each function that has one."
  value       = { for name, function in google_cloudfunctions2_function.functions : name => function.event_trigger[0].trigger if length(function.event_trigger) > 0 }
}

output "sync_url" {
  description = "Where `sync` listens; null where it is off."
  value       = var.sync_enabled ? google_cloudfunctions2_function.functions["sync"].service_config[0].uri : null
}
