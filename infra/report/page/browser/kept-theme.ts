import type { ThemeName } from '../drawing/themes.ts';

const THEME_KEY = 'crm-report-theme';

/** What the reader chose before; a browser may keep nothing for a file. */
export function keptTheme(): ThemeName | undefined {
  try {
    const kept = localStorage.getItem(THEME_KEY);
    return kept === 'dark' || kept === 'light' ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps it for the next time. */
export function keepTheme(theme: ThemeName): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Then it lasts until the page is left.
  }
}
