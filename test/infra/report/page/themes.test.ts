import { expect, test } from '@jest/globals';
import { contrast, themes } from '../../../../infra/report/page/themes.ts';

const TEXT = 4.5;
const SHAPE = 3;

test.each(Object.entries(themes))('texts of the %s theme can be read', (_, { page, surface, warnSurface, text, muted, accent, onAccent, good, bad, warn }) => {
  const pairs = [
    ...[page, surface].flatMap((ground) => [text, muted, accent, good, bad].map((colour) => [colour, ground] as const)),
    [warn, surface] as const,
    [warn, warnSurface] as const,
    [text, warnSurface] as const,
    [onAccent, accent] as const,
  ];
  expect(pairs.filter(([colour, ground]) => contrast(colour, ground) < TEXT)).toEqual([]);
});

test.each(Object.entries(themes))('shapes of the %s theme stand out from their card', (_, { surface, series }) => {
  expect(series.filter((colour) => contrast(colour, surface) < SHAPE)).toEqual([]);
});
