# What a person says: deploy.sh passes the first four, envs/<env>.tfvars has the others.
variable "project" {
  description = "Id of the project; one project for each environment."
  type        = string
}

variable "region" {
  description = "Region of everything, BigQuery and the buckets included."
  type        = string
  default     = "northamerica-northeast1"
}

variable "env" {
  description = "Name of the environment, as a label."
  type        = string
  default     = "prod"
}

variable "code_version" {
  description = "Version of the code, as records and notices name it."
  type        = string
  default     = "unknown"
}

variable "package" {
  description = "Folder that `npm run build` has written."
  type        = string
  default     = "../../dist"
}

variable "sources_on" {
  description = "Sources that are asked. Put the values of a source's secrets in first: a function does not start without them."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.sources_on : contains(keys(var.sources), name)])
    error_message = "A name is no source that has settings: see `sources` in declared.auto.tfvars.json."
  }
}

variable "settings" {
  description = "Settings of the sources that are no secrets, by the name of their variable (EZFOCUS_BASE_URL)."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue(flatten([
      for name, source in var.sources : [for setting in source.required : contains(keys(var.settings), setting)] if contains(var.sources_on, name)
    ]))
    error_message = "A source that is on lacks a setting: `required` in declared.auto.tfvars.json lists them."
  }
}

variable "alert_emails" {
  description = "Who is told when something needs a person."
  type        = set(string)
  default     = []
}

variable "alert_webhook" {
  description = "An address that is told too, with its token (?auth_token=…); empty: none."
  type        = string
  default     = ""
  sensitive   = true
}

variable "report_readers" {
  description = "Who reads the dataset `analytics` and the exports of it, as group:… or user:…, and nothing else."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.report_readers : can(regex("^(group|user|serviceAccount):[^:]+$", member))])
    error_message = "A reader of reports is none of group:…, user:… and serviceAccount:…."
  }
}

variable "billing_account" {
  description = "The billing account, where a budget is wanted; empty: none."
  type        = string
  default     = ""
}

variable "budget" {
  description = "What a month may cost before somebody is told, in the currency of the billing account."
  type        = number
  default     = 100
}

variable "query_gb_per_day" {
  description = "What queries of the whole project may read a day, in GiB; more is refused."
  type        = number
  default     = 1024
}

variable "max_gb_billed" {
  description = "What one query or load of the pipeline may read, in GB."
  type        = number
  default     = 100
}

variable "models_cron" {
  description = "When the curated models are built, in models_time_zone."
  type        = string
  default     = "0 3 * * *"
}

variable "models_time_zone" {
  description = "Time zone of models_cron."
  type        = string
  default     = "America/Toronto"
}

variable "sync_enabled" {
  description = "Whether `sync` and `deliver` are deployed, with their database."
  type        = bool
  default     = false
}

variable "crm_key_previous" {
  description = "Whether `sync` and `deliver` are told CRM_ENCRYPTION_KEY_PREVIOUS: during a rotation, and only once it has a value."
  type        = bool
  default     = false
}

variable "sync_callers" {
  description = "Who may call `sync`, as serviceAccount:…."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.sync_callers : !contains(["allUsers", "allAuthenticatedUsers"], member)])
    error_message = "sync is never public: name the accounts that call it."
  }
}

variable "sync_origins" {
  description = "Origins that browsers may call `sync` from, comma between; empty: none. Only behind a gateway that is one of sync_callers: Cloud Run refuses a browser's preflight, which brings no identity."
  type        = string
  default     = ""
}

variable "sync_max_instances" {
  description = "The most instances of `sync`; each holds sync_pool connections."
  type        = number
  default     = 10
}

variable "sync_pool" {
  description = "Connections of one instance of `sync` or `deliver`, as the code has them."
  type        = number
  default     = 5
}

variable "sync_tier" {
  description = "Machine of the database."
  type        = string
  default     = "db-custom-1-3840"
}

variable "sync_max_connections" {
  description = "What the database takes; 10 of them stay free for people and migrations."
  type        = number
  default     = 100
}

# What the declarations say: `npm run infra:vars` writes declared.auto.tfvars.json.
variable "sources" {
  description = "Sources with settings: what must be said, what may be, and what is secret."
  type = map(object({
    title    = string
    required = set(string)
    optional = set(string)
    secrets  = set(string)
  }))
}

variable "schedules" {
  description = "Streams that are asked by the clock, by <source>-<stream>; stale after so many hours without a load."
  type = map(object({
    source      = string
    stream      = string
    cron        = string
    time_zone   = string
    stale_hours = number
  }))
}

variable "datasets" {
  description = "Datasets and who writes them: streams, ops, stage or models."
  type        = map(object({ description = string, kind = string }))
}

variable "tables" {
  description = "Tables of the streams and the ledger, by <dataset>.<table>."
  type = map(object({
    dataset     = string
    table       = string
    description = string
    partition   = string
    cluster     = list(string)
    labels      = map(string)
    schema      = string
  }))
}

variable "behind_analytics" {
  description = "Datasets that views read for those who may read `analytics`, and the datasets of those views, by <read>/<reader>."
  type        = map(object({ read = string, reader = string }))
}

variable "ledger" {
  description = "The query of the view ops.ledger."
  type        = string
}
