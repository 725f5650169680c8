locals {
  charts = {
    "Runs that ended well"      = { filter = "metric.type=\"logging.googleapis.com/user/crm/runs\" resource.type=\"cloud_run_revision\"", by = "resource.label.service_name" }
    "Notices"                   = { filter = "metric.type=\"logging.googleapis.com/user/crm/notices\" resource.type=\"cloud_run_revision\"", by = "metric.label.rule" }
    "Tries that failed for now" = { filter = "metric.type=\"logging.googleapis.com/user/crm/retries\" resource.type=\"cloud_run_revision\"", by = "metric.label.rule" }
    "Objects with rejects"      = { filter = "metric.type=\"logging.googleapis.com/user/crm/rejects\" resource.type=\"cloud_run_revision\"", by = "metric.label.stream" }
    "Requests by answer"        = { filter = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\"", by = "metric.label.response_code_class" }
    "Bytes that queries read"   = { filter = "metric.type=\"bigquery.googleapis.com/query/scanned_bytes_billed\" resource.type=\"global\"", by = null }
  }
}

resource "google_monitoring_dashboard" "pipeline" {
  dashboard_json = jsonencode({
    displayName = "CRM data pipeline"
    mosaicLayout = {
      columns = 12
      # Google leaves out a zero and an empty list: written here, they would be a change in every plan.
      tiles = [for index, title in keys(local.charts) : merge({ for name, place in { xPos = 6 * (index % 2), yPos = 4 * floor(index / 2) } : name => place if place > 0 }, {
        width  = 6
        height = 4
        widget = {
          title = title
          xyChart = {
            dataSets = [{
              plotType = "STACKED_BAR"
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter = local.charts[title].filter
                  aggregation = merge({ for name, by in { groupByFields = local.charts[title].by } : name => [by] if by != null }, {
                    alignmentPeriod    = "3600s"
                    perSeriesAligner   = "ALIGN_DELTA"
                    crossSeriesReducer = "REDUCE_SUM"
                  })
                }
              }
            }]
          }
        }
      })]
    }
  })
  depends_on = [google_logging_metric.metrics]
}
