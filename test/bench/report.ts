import type { Machine } from './machine.ts';
import type { Measurement, Result, Target } from './result.ts';
import type { Scale } from './scale.ts';
import { figure } from './summary.ts';

/** What was measured, where. */
export interface Report {
  readonly machine: Machine;
  readonly scale: Scale;
  readonly nodeOptions: readonly string[];
  readonly results: readonly (Result & Pick<Measurement, 'name' | 'title'>)[];
}

/** Tables for a terminal, the targets last. */
export function textReport(report: Report): string {
  const tables = report.results.map(({ title, columns, rows }) => `${title}\n\n${textTable([columns, ...rows])}\n`);
  return [about(report), ...tables, targetLines(report).join('\n')].join('\n');
}

/** A section of RESULTS.md. */
export function markdownReport(report: Report): string {
  const { machine, scale, results } = report;
  const tables = results.map(({ title, columns, rows }) => `${title}:\n\n${markdownTable(columns, rows)}\n`);
  const heading = `## ${machine.date.slice(0, 10)}, commit ${machine.commit}, ${scale.name}`;
  return [heading, '', about(report), ...tables, ...targetLines(report).map((line) => `- ${line}`)].join('\n');
}

export function jsonReport(report: Report): string {
  return JSON.stringify(report, null, 2);
}

function about({ machine, scale, nodeOptions }: Report): string {
  const { cores, model, memoryGb, node, load } = machine;
  const options = nodeOptions.length === 0 ? '' : ` with ${nodeOptions.join(' ')}`;
  const where = `${cores} cores (${model}), ${memoryGb} GB, Node ${node}${options}, load ${figure(load, 1)} before`;
  return `${where}; each figure is the median (least–most) of ${scale.rounds} alternating runs in fresh processes, start-up left out.\n`;
}

function targetLines({ results }: Report): string[] {
  const targets = results.flatMap((result) => result.targets);
  return [...targets.filter(({ met }) => met), ...targets.filter(({ met }) => !met)].map(targetLine);
}

function targetLine({ name, wanted, measured, met }: Target): string {
  return `target ${met ? 'met' : 'NOT met'}: ${name}: ${measured}, wanted ${wanted}`;
}

function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
