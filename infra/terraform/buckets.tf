locals {
  buckets = merge(
    { raw = google_storage_bucket.raw.name, clean = google_storage_bucket.clean.name, package = google_storage_bucket.package.name },
    { for bucket in google_storage_bucket.outbox : "outbox" => bucket.name },
  )
}

# What the sources said. No retention policy: that would refuse a re-upload, which is how things are done again.
resource "google_storage_bucket" "raw" {
  name                        = "${var.project}-raw"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  # Older versions of a name go after 90 days; a live object is never deleted, it only gets cheaper to keep.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 90
      with_state                 = "ARCHIVED"
    }
  }
  lifecycle_rule {
    action {
      type          = "SetStorageClass"
      storage_class = "NEARLINE"
    }
    condition {
      age                   = 30
      with_state            = "LIVE"
      matches_storage_class = ["STANDARD"]
    }
  }
  lifecycle_rule {
    action {
      type          = "SetStorageClass"
      storage_class = "COLDLINE"
    }
    condition {
      age                   = 120
      with_state            = "LIVE"
      matches_storage_class = ["STANDARD", "NEARLINE"]
    }
  }
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Rows on their way, rejects, run records: all of it can be made again from RAW.
resource "google_storage_bucket" "clean" {
  name                        = "${var.project}-clean"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 30
    }
  }
}

# What `sync` could not deliver at once; `deliver` deletes what is done, so nothing else does.
resource "google_storage_bucket" "outbox" {
  count                       = var.sync_enabled ? 1 : 0
  name                        = "${var.project}-outbox"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  lifecycle {
    prevent_destroy = true
  }
}

# Views for readers as files, by day: all of it can be made again from the warehouse.
resource "google_storage_bucket" "exports" {
  name                        = "${var.project}-exports"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 90
    }
  }
}

# Who reads the dataset `analytics` reads its files, and no other bucket.
resource "google_storage_bucket_iam_member" "report_readers_read_exports" {
  for_each = var.report_readers
  bucket   = google_storage_bucket.exports.name
  role     = "roles/storage.objectViewer"
  member   = each.value
}

# A deployment puts its package under a new name and takes the one before it away: that stays as a version.
resource "google_storage_bucket" "package" {
  name                        = "${var.project}-package"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 90
    }
  }
  versioning {
    enabled = true
  }
}

data "archive_file" "package" {
  type        = "zip"
  source_dir  = "${path.module}/${var.package}"
  output_path = "${path.module}/.terraform/package.zip"
  excludes    = ["node_modules/**"]
}

resource "google_storage_bucket_object" "package" {
  name   = "functions-${data.archive_file.package.output_sha256}.zip"
  bucket = google_storage_bucket.package.name
  source = data.archive_file.package.output_path
}
