import type { Unit } from '../format.ts';
import type { Drawing } from './drawing.ts';

/** An axis of values in a unit. */
export function valueAxis({ theme, format }: Drawing, unit: Unit, more: Record<string, unknown> = {}) {
  return {
    type: 'value',
    splitNumber: 4,
    axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true, formatter: (value: number) => axisText(format.short(value, unit)) },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.grid } },
    ...(unit === 'count' ? { minInterval: 1 } : {}),
    ...more,
  };
}

/** The marks on a tip, a legend and a pointer. */
export function tooltip({ theme }: Drawing) {
  return {
    backgroundColor: theme.surface,
    borderColor: theme.line,
    borderWidth: 1,
    padding: 0,
    confine: true,
    transitionDuration: 0,
    textStyle: { color: theme.text, fontSize: 12 },
  };
}

export function legend({ theme }: Drawing, names: readonly string[]) {
  return {
    type: 'scroll',
    data: [...names],
    left: 0,
    top: 0,
    itemWidth: 14,
    itemHeight: 10,
    itemGap: 16,
    textStyle: { color: theme.text, fontSize: 12, width: 220, overflow: 'truncate' },
    pageTextStyle: { color: theme.muted },
    pageIconColor: theme.muted,
    pageIconInactiveColor: theme.grid,
  };
}

/** Numbers on an axis need no zeros behind the point. */
function axisText(text: string): string {
  return text.replace(/\.0+(?=\D|$)/, '').replace(/(\.\d*?[1-9])0+(?=\D|$)/, '$1');
}
