import { exposures } from './exposures.ts';
import { code, joined, type Page, sentence, table } from './markdown.ts';

const KINDS = { report: 'Tab of the report', export: 'Export', bi: 'Business intelligence' } as const;

/** Who outside reads which columns. */
export function exposuresPage(): Page {
  return {
    file: 'exposures.md',
    title: 'Exposures',
    about: 'Who outside reads which columns.',
    text: joined(
      '# Exposures',
      'Reports, exports and BI models read the views of dataset `analytics`. A column that one of them reads cannot be dropped or renamed unless it is changed here first (`infra/curated/docs/exposures.ts`): a test fails.',
      ...exposures.map(({ name, kind, about, reads }) =>
        joined(
          `## ${name}`,
          `${KINDS[kind]}. ${sentence(about)}`,
          table(
            ['view', 'columns'],
            Object.entries(reads).map(([view, columns]) => [code(`analytics.${view}`), columns.map(code).join(', ')]),
          ),
        ).trimEnd(),
      ),
    ),
  };
}
