# Copy to envs/prod.tfvars and envs/staging.tfvars: names and addresses, no secret. deploy.sh --env prod reads envs/prod.tfvars.
sources_on = ["ezfocus"]
settings = {
  EZFOCUS_BASE_URL = "https://api.example.com"
  EZFOCUS_AGENT    = "1234"
}
alert_emails   = ["data-team@example.com"]
report_readers = ["group:sales-reports@example.com"]
