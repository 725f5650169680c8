# The state is in a bucket that deploy.sh makes: `terraform init` is told its name.
terraform {
  required_version = ">= 1.9"

  backend "gcs" {}

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
    google-beta = {
      source  = "hashicorp/google-beta"
      version = "~> 7.0"
    }
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    time = {
      source  = "hashicorp/time"
      version = "~> 0.13"
    }
  }
}

provider "google" {
  project               = var.project
  region                = var.region
  user_project_override = true
  billing_project       = var.project
  default_labels        = { app = "crm-data-pipeline", env = var.env }
}

# Dataform and the identities of Google's agents are only in this one.
provider "google-beta" {
  project               = var.project
  region                = var.region
  user_project_override = true
  billing_project       = var.project
  default_labels        = { app = "crm-data-pipeline", env = var.env }
}

data "google_project" "this" {
  project_id = var.project
  depends_on = [google_project_service.apis]
}
