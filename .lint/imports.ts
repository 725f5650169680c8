import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ICruiseOptions, ICruiseResult, IViolation } from 'dependency-cruiser';

/** What `--json` prints: for each root the modules seen and `rule`, `from`, `to` of each violation. */
export interface ImportReport {
  readonly root: string;
  readonly modules: number;
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
}

const PRODUCT = ['functions', 'shared', 'infra'];
const FOLDERS = [...PRODUCT, 'test'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { config: { type: 'string', default: resolve(import.meta.dirname, '../.dependency-cruiser.cjs') }, json: { type: 'boolean', default: false } },
});
const require = createRequire(import.meta.url);
const { forbidden, options } = require(resolve(values.config));
teachUsing(require('@swc/core/Visitor.js').Visitor);
const { cruise } = await import('dependency-cruiser');

const reports: ImportReport[] = [];
for (const root of positionals.length === 0 ? ['.'] : positionals) reports.push(await report(root));
process.stdout.write(values.json ? JSON.stringify(reports) : reports.map(text).join(''));
process.exitCode = reports.some(({ violations }) => violations.length > 0) ? 1 : 0;

async function report(root: string): Promise<ImportReport> {
  const baseDir = resolve(root);
  const folders = FOLDERS.filter((folder) => existsSync(resolve(baseDir, folder)));
  const cruiseOptions: ICruiseOptions = { ...options, baseDir, validate: true, ruleSet: { forbidden } };
  const { modules, summary } = (await cruise(folders, cruiseOptions, options.enhancedResolveOptions)).output as ICruiseResult;
  const seen = new Set(modules.map(({ source }) => source));
  const unseen = productFiles(baseDir, new RegExp(options.exclude.path)).filter((file) => !seen.has(file));
  if (seen.size === 0) unseen.push('(any file)');
  return {
    root,
    modules: seen.size,
    violations: [...unseen.map((file) => ({ rule: 'every-file-is-cruised', from: file, to: '' })), ...summary.violations.map(violation)],
  };
}

function violation({ rule, from, to, cycle }: IViolation): ImportReport['violations'][number] {
  return { rule: rule.name, from, to: cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ') };
}

function productFiles(baseDir: string, excluded: RegExp): string[] {
  return PRODUCT.filter((folder) => existsSync(resolve(baseDir, folder)))
    .flatMap((folder) => readdirSync(resolve(baseDir, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.ts') && !excluded.test(file));
}

function text({ modules, violations }: ImportReport): string {
  const lines = violations.map(({ rule, from, to }) => `${rule}: ${from}${to === '' || to === from ? '' : ` → ${to}`}\n`);
  return `${lines.join('')}${violations.length} import violations in ${modules} modules\n`;
}

/** The visitor of @swc/core 1.16 throws on `using` declarations; they hold no import beyond their initializers. */
function teachUsing(visitor: { prototype: Record<string, (node: { type: string; decls: unknown[] }) => unknown> }): void {
  const { visitStatement } = visitor.prototype;
  visitor.prototype['visitStatement'] = function (node) {
    return node.type === 'UsingDeclaration' ? this['visitVariableDeclarators']?.(node.decls as never) : visitStatement?.call(this, node);
  };
}
