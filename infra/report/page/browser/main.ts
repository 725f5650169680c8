import { type Filters, hashOf, parseHash } from '../figures/filters.ts';
import { formatOf, momentOf } from '../format.ts';
import { openReport, type Report } from '../figures/report.ts';
import { tabs } from '../tabs/index.ts';
import { type ThemeName, themes } from '../drawing/themes.ts';
import { type Look, redrawCharts } from './charts.ts';
import { readData } from './data.ts';
import { button, byId, element } from './elements.ts';
import { keepTheme, keptTheme } from './kept-theme.ts';
import { panelOf } from './panel.ts';
import { panelsOf } from './panels.ts';
import { tabList } from './tab-list.ts';

const root = document.documentElement;
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

void start();

async function start(): Promise<void> {
  const report = openReport(await readData());
  const format = formatOf(report.data.currency);
  const now = parseHash(location.hash);
  let open = now.tab;
  let filters: Filters = now.filters;
  let isPrinting = false;
  const look = (): Look => ({ theme: themes[themeNow(isPrinting)], format });
  const state = { get: () => filters, set: (next: Filters) => change(open, next) };
  const panels = panelsOf((tab) => panelOf(tab, report, format, state, look));
  const list = tabList(tabs, (id) => change(id, filters));

  function change(tab: string, next: Filters): void {
    filters = next;
    open = tabs.some(({ id }) => id === tab) ? tab : (tabs[0]?.id ?? '');
    const hash = hashOf(open, filters);
    if (location.hash !== hash) history.replaceState(null, '', hash);
    show();
  }

  function show(): void {
    list.mark(open);
    const shown = panels.one(open);
    for (const { node } of panels.made()) node.hidden = node !== shown?.node;
    shown?.show();
    byId('told').textContent = shown?.told() ?? '';
  }

  function print(isNow: boolean): void {
    if (isPrinting === isNow) return;
    isPrinting = isNow;
    root.classList.toggle('printing', isNow);
    applyTheme(isNow);
    if (isNow) {
      for (const panel of panels.all()) {
        panel.node.hidden = false;
        panel.show();
      }
    } else show();
    redrawCharts(document.body);
  }

  build(report, list.node, () => redrawCharts(document.body));
  change(open, filters);
  root.classList.add('ready');
  whenDrawn(() => {
    // What `npm run bench -- report` measures.
    performance.mark('drawn');
    // Each is ready when the reader turns to it, and none of them is waited for before.
    whenIdle(tabs, ({ id }) => panels.one(id));
  });
  addEventListener('hashchange', () => {
    const { tab, filters: next } = parseHash(location.hash);
    change(tab, next);
  });
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
  matchMedia('print').addEventListener('change', ({ matches }) => print(matches));
  prefersDark.addEventListener('change', () => {
    applyTheme(isPrinting);
    redrawCharts(document.body);
  });
  watchWidth(() => redrawCharts(document.body));
}

/** A frame is drawn between two of its requests. */
function whenDrawn(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}

/** Works on one after the other, whenever the browser has nothing else to do. */
function whenIdle<One>([first, ...rest]: readonly One[], work: (one: One) => void): void {
  if (first === undefined) return;
  const later = typeof requestIdleCallback === 'function' ? requestIdleCallback : (act: () => void) => setTimeout(act);
  later(() => {
    work(first);
    whenIdle(rest, work);
  });
}

let chosenTheme = keptTheme();

function themeNow(isPrinting: boolean): ThemeName {
  if (isPrinting) return 'light';
  return chosenTheme ?? (prefersDark.matches ? 'dark' : 'light');
}

function applyTheme(isPrinting = false): void {
  root.dataset['theme'] = themeNow(isPrinting);
}

function build(report: Report, tabsNode: HTMLElement, redraw: () => void): void {
  applyTheme();
  const { data } = report;
  const theme = button({ class: 'plain', 'aria-pressed': String(themeNow(false) === 'dark') }, 'Dark', () => {
    chosenTheme = themeNow(false) === 'dark' ? 'light' : 'dark';
    keepTheme(chosenTheme);
    theme.setAttribute('aria-pressed', String(chosenTheme === 'dark'));
    applyTheme();
    redraw();
  });
  byId('report-head').append(
    element(
      'div',
      { class: 'name' },
      element('h1', {}, 'CRM report'),
      element('p', {}, `Made ${momentOf(data.madeAt)} · amounts in ${data.currency || 'no currency'}`),
    ),
    data.isSample ? element('strong', { class: 'badge' }, 'Sample data') : '',
    theme,
  );
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault();
    byId('report').focus();
  });
  byId('report-tabs').append(tabsNode);
}

function watchWidth(draw: () => void): void {
  let width = root.clientWidth;
  let frame = 0;
  addEventListener('resize', () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (root.clientWidth === width) return;
      width = root.clientWidth;
      draw();
    });
  });
}
