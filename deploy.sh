#!/usr/bin/env bash
# Everything on Google Cloud, the first time and every time after it. --dry-run prints the same steps and does none of them.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  echo "./deploy.sh --project <id> [--region northamerica-northeast1] [--env prod] [--dry-run]"
  echo "Settings are in infra/terraform/envs/<env>.tfvars (example.tfvars shows them); infra/README.md tells the first deployment step by step."
}

stop() {
  echo "deploy.sh: $*" >&2
  exit 2
}

project='' region=northamerica-northeast1 env=prod dry=false
while [ $# -gt 0 ]; do
  case $1 in
    --project | --region | --env) [ $# -gt 1 ] || stop "$1 needs a value"; declare "${1#--}=$2"; shift 2 ;;
    --dry-run) dry=true; shift ;;
    --help) usage; exit 0 ;;
    *) stop "$1 is no option; --help shows them" ;;
  esac
done
[[ $project =~ ^[a-z][a-z0-9-]{2,28}[a-z0-9]$ ]] || stop "--project is no project id"
[[ $region =~ ^[a-z]+-[a-z]+[0-9]+$ ]] || stop "--region is no region, as northamerica-northeast1"
[[ $env =~ ^[a-z][a-z0-9]*$ ]] || stop "--env is no name of lower-case letters and digits"
settings=infra/terraform/envs/$env.tfvars
if ! $dry; then
  [ -f "$settings" ] || stop "there is no $settings: copy infra/terraform/envs/example.tfvars and set it"
  for tool in gcloud terraform npm; do command -v "$tool" >/dev/null || stop "$tool is not installed (infra/README.md names the versions)"; done
fi

# The verbs of the smoke test find the pipeline by these.
export RAW_BUCKET=$project-raw CLEAN_BUCKET=$project-clean GOOGLE_CLOUD_PROJECT=$project BIGQUERY_LOCATION=$region
state=$project-terraform
version=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
# The settings on one line, without comments: a list may go over several.
said=" $(sed -E 's@(^|[[:space:]])(#|//).*@@' "$settings" 2>/dev/null || true) "
said=${said//[[:space:]]/ } source='' list=' sources_on *= *\[ *("([a-z0-9_]+)"[^]]*)?\]'
if [[ $said =~ $list ]]; then source=${BASH_REMATCH[2]}
elif [[ $said =~ ' sources_on '*= ]]; then stop "sources_on of $settings is no list as [\"ezfocus\"]"; fi
sync=$([[ $said =~ ' sync_enabled '*=\ *\"?true ]] && echo true || echo false)

step() {
  printf '+'
  printf ' %q' "$@"
  echo
  $dry || "$@"
}

# A check, then --, then what is done where the check fails.
unless() {
  local check=()
  while [ "$1" != -- ]; do check+=("$1"); shift; done
  shift
  if $dry; then step "${check[@]}"; step "$@"; else step "${check[@]}" >/dev/null 2>&1 || step "$@"; fi
}

terraform=(terraform -chdir=infra/terraform)
step npm ci --no-audit --no-fund
step npm run build
step npm run infra:vars
step gcloud projects describe "$project" '--format=value(projectNumber)'
step gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com iam.googleapis.com storage.googleapis.com --project="$project"
unless gcloud storage buckets describe "gs://$state" -- \
  gcloud storage buckets create "gs://$state" --project="$project" --location="$region" --uniform-bucket-level-access --public-access-prevention
step gcloud storage buckets update "gs://$state" --versioning
step "${terraform[@]}" init -input=false -reconfigure -backend-config="bucket=$state" -backend-config="prefix=$env"
step "${terraform[@]}" apply -input=false -auto-approve -var-file="envs/$env.tfvars" -var="project=$project" -var="region=$region" -var="env=$env" -var="code_version=$version"
# Terraform can set neither of these on what Cloud Functions makes, and an update of a function may take them away.
for name in $($sync && echo sync deliver extract); do
  step gcloud run services update "$name" --project="$project" --region="$region" --add-cloudsql-instances="$project:$region:crm-sync"
done
step npm run infra:dead-letters -- --project "$project" --region "$region" $($sync && echo --sync)
step npm run infra:dataform -- --project "$project" --region "$region" --version "$version"
# A message to the source that is on; where none is, an empty file goes the way of every file. Both wait for the ledger.
if [ -n "$source" ]; then step npm run pipeline -- extract "$source" --cloud
else step npm run pipeline -- drop infra/deploy/smoke.ndjson --as reference/fx_rates --cloud; fi
