import type { OpenApi, Operation } from './openapi.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}code,pre{font-family:ui-monospace,monospace;font-size:.9em}' +
  'pre{background:#f4f4f4;padding:1rem;overflow:auto}h2{border-top:1px solid #ddd;padding-top:1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .5rem;' +
  'border-bottom:1px solid #eee;vertical-align:top}.method{display:inline-block;min-width:4.5rem;font-weight:700}';

/** A page of an OpenAPI document that loads nothing: no script, no font, no other host. */
export function docsPage({ info, paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => section(method, path, operation)));
  const title = html(info['title'] ?? '');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1><p>${html(info['description'] ?? '')} The same as a document: <a href="/openapi.json">/openapi.json</a>.</p>
${operations.join('\n')}
</body></html>`;
}

function section(method: string, path: string, { summary, description = '', parameters, requestBody, responses }: Operation): string {
  const named = parameters.map(({ name, in: place, required, description: text }) => [name, `${place}${required ? ', required' : ''}`, text]);
  const answers = Object.entries(responses).map(([status, { description: text }]) => [status, text]);
  const body =
    requestBody === undefined
      ? ''
      : `<details><summary>Body (JSON Schema)</summary><pre>${html(JSON.stringify(requestBody.content['application/json'].schema, null, 2))}</pre></details>`;
  return `<h2><span class="method">${method.toUpperCase()}</span> <code>${html(path)}</code></h2><p>${html(summary)}. ${html(description)}</p>${table(named)}${body}${table(answers)}`;
}

function table(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${html(cell)}</td>`).join('')}</tr>`).join('')}</table>`;
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
