/** How much a figure can be relied on, the best first. */
export const LEVELS = ['final', 'provisional', 'sampled', 'thresholded', 'partial', 'unconverted'] as const;

export type Completeness = (typeof LEVELS)[number];

const MEANINGS: Readonly<Record<Completeness, string>> = {
  final: 'will not change',
  provisional: 'the source may still change it',
  sampled: 'the web analytics counted a sample',
  thresholded: 'the web analytics may hold rows of few visitors back',
  partial: 'a part of the period is not there',
  unconverted: 'some amounts have no exchange rate and are missing',
};

/** The weakest of several; what is no level counts as final. */
export function weakest(levels: Iterable<string | null | undefined>): Completeness {
  let place = 0;
  for (const level of levels) place = Math.max(place, LEVELS.indexOf(level as Completeness));
  return LEVELS[place] ?? 'final';
}

/** What a level means for the reader. */
export function meaningOf(level: Completeness): string {
  return MEANINGS[level];
}
