/** Colours of the page and of its charts. */
export interface Theme {
  readonly page: string;
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly grid: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  readonly warnSurface: string;
  /** After Okabe and Ito, made darker or lighter until each has a contrast of 3 to 1 with the surface. */
  readonly series: readonly string[];
}

export type ThemeName = 'light' | 'dark';

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    page: '#f4f6f9',
    surface: '#ffffff',
    text: '#17202c',
    muted: '#556171',
    line: '#d5dbe3',
    grid: '#e8ecf1',
    accent: '#00609a',
    onAccent: '#ffffff',
    good: '#00714f',
    bad: '#b3410b',
    warn: '#7a4f00',
    warnSurface: '#fff4dd',
    series: ['#0072b2', '#c8500a', '#00805c', '#a04a86', '#2f8fc0', '#977000', '#5b6675', '#17202c'],
  },
  dark: {
    page: '#10151c',
    surface: '#1a212b',
    text: '#e8edf3',
    muted: '#a7b2c0',
    line: '#38434f',
    grid: '#2a333e',
    accent: '#6cbdf0',
    onAccent: '#0c1218',
    good: '#4fd1a5',
    bad: '#f59a6c',
    warn: '#f2c14e',
    warnSurface: '#33290f',
    series: ['#56b4e9', '#f0884e', '#35c496', '#dd9ac6', '#3f8fd0', '#e6b422', '#a7b2c0', '#e8edf3'],
  },
};

/** The colours as custom properties of CSS. */
export function themeStyle(): string {
  const properties = ({ series: [heat = ''], ...colours }: Theme) =>
    Object.entries({ ...colours, heat })
      .map(([name, colour]) => `--${name}:${colour};`)
      .join('');
  return `:root{color-scheme:light;${properties(themes.light)}}:root[data-theme=dark]{color-scheme:dark;${properties(themes.dark)}}`;
}

/** How much of the first colour of charts the ground of the highest cell has: the text of the theme can be read on it. */
export const STRONGEST_HEAT = 0.45;

const LINEAR_FROM = 0.04045;

/** The contrast of two colours by WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((one, other) => other - one) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => (value <= LINEAR_FROM ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
}

/** A colour between two, from the first (0) to the second (1). */
export function mix(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  return `#${a
    .map((value, place) =>
      Math.round((value + ((b[place] ?? 0) - value) * share) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
