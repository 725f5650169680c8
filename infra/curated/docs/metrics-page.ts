import { type Graph, idOf, type Model } from '../graph.ts';
import { catalogue } from './catalogue.ts';
import { anchor, code, joined, type Page, sentence, table } from './markdown.ts';
import type { MetricEntry } from './metric.ts';

/** Every figure: what it is, of what, in what, and what a reader gets wrong without being told. */
export function metricsPage({ models }: Graph): Page {
  const metrics = models.filter(({ target }) => target.name in catalogue);
  return {
    file: 'metric-catalogue.md',
    title: 'Metric catalogue',
    about: 'Every figure with its definition, grain, unit, numerator, denominator, population and caveats.',
    text: joined(
      '# Metric catalogue',
      'Every row says how much it can be relied on, in `completeness`, the weakest of what it is made of:',
      table(
        ['completeness', 'means'],
        [
          ['final', 'it will not change, unless somebody corrects the past'],
          ['provisional', 'the source may still change it, or its day is not over'],
          ['sampled', 'the source counted a part, and reckoned the rest'],
          ['thresholded', 'the source may have held rows of few people back'],
          ['partial', 'the period is not over, or something of it is not there'],
          ['unconverted', 'an amount has no exchange rate, and is missing in the sum'],
        ],
      ),
      'Money is in the reporting currency, which the row names in `currency`; amounts of other currencies are converted with the newest rate up to their day. Divisions by zero give null.',
      metrics.map(({ target, description }) => `- [${target.name}](#${anchor(target.name)}): ${description}`).join('\n'),
      ...metrics.map(metricSection),
    ),
  };
}

function metricSection({ target, description, columns }: Model): string {
  const { population, caveats, figures } = catalogue[target.name] ?? { population: '', caveats: [], figures: {} };
  const keys = columns.filter(({ tags }) => tags.includes('key')).map(({ name }) => code(name));
  const definitions = columns.filter(({ name }) => name in figures).map(({ name, description: definition }) => row(name, definition, figures[name]));
  return joined(
    `## ${target.name}`,
    sentence(description),
    [
      `- **Table**: \`${idOf(target)}\`; for readers of reports \`analytics.v_${target.name}\``,
      `- **Grain**: one row for each ${keys.join(', ')}`,
      `- **Population**: ${population}`,
      ...caveats.map((caveat) => `- **Caveat**: ${caveat}`),
    ].join('\n'),
    table(['figure', 'definition', 'unit', 'numerator / denominator', 'population, if another', 'caveat'], definitions),
  ).trimEnd();
}

function row(name: string, definition: string, entry: MetricEntry = { unit: '' }): readonly string[] {
  const { unit, numerator, denominator, population = '', caveat = '' } = entry;
  return [code(name), definition, unit, numerator === undefined ? '' : `${numerator} / ${denominator}`, population, caveat];
}
