import type { ReportData } from '../report-data.ts';

/** The report as one HTML document. */
export async function renderPage(data: ReportData): Promise<string> {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Report</title><script type="application/json" id="data">${json}</script></html>\n`;
}
