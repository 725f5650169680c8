import { expect, test } from '@jest/globals';
import { contrast, mix, STRONGEST_HEAT, themes } from '../../../../infra/report/page/drawing/themes.ts';

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

test.each(Object.entries(themes))('values can be read on every ground of a cell of the %s theme', (_, theme) => {
  const grounds = Array.from({ length: 21 }, (_, step) => mix(theme.surface, theme.series[0] ?? '', (STRONGEST_HEAT * step) / 20));
  expect(grounds.filter((ground) => contrast(theme.text, ground) < TEXT)).toEqual([]);
});
