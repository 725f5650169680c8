import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build } from 'esbuild';
import type { ReportData } from '../report-data.ts';
import { themeStyle } from './drawing/themes.ts';

const FOLDER = import.meta.dirname;

/** The report as one HTML file that asks the network for nothing. Data is packed in base64, so no text of it can end the script. */
export async function renderPage(data: ReportData): Promise<string> {
  const [script, style, packed] = await Promise.all([bundle(), styles(), pack(data)]);
  return `<!doctype html>
<html lang="en-GB" data-theme="light">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>CRM report</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#report" id="skip">Skip to the figures</a>
<header id="report-head"></header>
<nav id="report-tabs" aria-label="Report"></nav>
<main id="report" tabindex="-1"><p class="notice">The report opens. If this stays, the browser is too old or does not run scripts: use one of the last three years.</p></main>
<p id="told" class="hidden" role="status"></p>
<dialog id="definition" aria-labelledby="definition-title"></dialog>
<script type="application/gzip" id="report-data">${packed}</script>
<script>${script}</script>
</body>
</html>
`;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, 'browser/main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles
    .map(({ text }) => text)
    .join('')
    .trim();
}

async function styles(): Promise<string> {
  return `${themeStyle()}${await readFile(join(FOLDER, 'style.css'), 'utf8')}`;
}

async function pack(data: ReportData): Promise<string> {
  return (await promisify(gzip)(JSON.stringify(data), { level: 9 })).toString('base64');
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
