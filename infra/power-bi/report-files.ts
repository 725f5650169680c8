import { identityOf } from './identity.ts';
import type { ProjectFile } from './model-files.ts';
import { modelMeasures } from './model-measures.ts';
import { type Page, pages, type Visual } from './pages.ts';

/** Microsoft's schemas of these files; the versions are old enough for every Power BI Desktop that opens such a project. https://github.com/microsoft/json-schemas/tree/main/fabric/item/report */
const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric/item/report/definition';
const WIDTH = 1280;
const HEIGHT = 720;
const MARGIN = 16;
const NOTE_HEIGHT = 48;
const SLICER_HEIGHT = 80;
const CARD_HEIGHT = 96;
const ID_LENGTH = 20;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Json = Readonly<Record<string, unknown>>;

/** The report's pages, each with a note, slicers, cards and charts; a file for each visual. https://learn.microsoft.com/power-bi/developer/projects/projects-report */
export function reportFiles(): readonly ProjectFile[] {
  const ids = pages.map(({ name }) => shortId('page', name));
  return [
    jsonFile('version.json', { $schema: `${SCHEMAS}/versionMetadata/1.0.0/schema.json`, version: '2.0.0' }),
    jsonFile('report.json', {
      $schema: `${SCHEMAS}/report/3.0.0/schema.json`,
      themeCollection: {},
      settings: { useStylableVisualContainerHeader: true, exportDataMode: 'AllowSummarized' },
    }),
    jsonFile('pages/pages.json', { $schema: `${SCHEMAS}/pagesMetadata/1.0.0/schema.json`, pageOrder: ids, activePageName: ids[0] }),
    ...pages.flatMap(pageFiles),
  ];
}

/** A file of JSON, its members in the order given. */
export function jsonFile(name: string, content: Json): ProjectFile {
  return { path: `definition/${name}`, text: jsonText(content) };
}

export function jsonText(content: Json): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function pageFiles(page: Page): readonly ProjectFile[] {
  const id = shortId('page', page.name);
  const { note, slicers, cards, visuals } = page;
  const slicerTop = 2 * MARGIN + NOTE_HEIGHT;
  const cardTop = slicerTop + SLICER_HEIGHT + MARGIN;
  const chartTop = cardTop + CARD_HEIGHT + MARGIN;
  const containers = [
    container(id, 'note', { x: MARGIN, y: MARGIN, width: WIDTH - 2 * MARGIN, height: NOTE_HEIGHT }, noteVisual(note)),
    ...slicers.map((field, index) => container(id, `slicer ${field}`, part(index, slicers.length, slicerTop, SLICER_HEIGHT), slicer(field))),
    ...cards.map((measure, index) => container(id, `card ${measure}`, part(index, cards.length, cardTop, CARD_HEIGHT), card(measure))),
    ...visuals.map((visual, index) => container(id, visual.title, part(index, visuals.length, chartTop, HEIGHT - chartTop - MARGIN), drawn(visual))),
  ];
  return [
    jsonFile(`pages/${id}/page.json`, {
      $schema: `${SCHEMAS}/page/2.0.0/schema.json`,
      name: id,
      displayName: page.name,
      displayOption: 'FitToPage',
      height: HEIGHT,
      width: WIDTH,
    }),
    ...containers.map((content, index) =>
      jsonFile(`pages/${id}/visuals/${String(content['name'])}/visual.json`, {
        ...content,
        position: { ...(content['position'] as Box), z: index * 1000, tabOrder: index * 1000 },
      }),
    ),
  ];
}

function container(page: string, what: string, position: Box, visual: Json): Json {
  return { $schema: `${SCHEMAS}/visualContainer/2.4.0/schema.json`, name: shortId('visual', page, what), position, visual };
}

function part(index: number, count: number, y: number, height: number): Box {
  const width = Math.floor((WIDTH - MARGIN * (count + 1)) / count);
  return { x: MARGIN + index * (width + MARGIN), y, width, height };
}

function noteVisual(text: string): Json {
  return { visualType: 'textbox', objects: { general: [{ properties: { paragraphs: [{ textRuns: [{ value: text }] }] } }] } };
}

function slicer(field: string): Json {
  const isDay = field === 'Date[date]';
  return {
    visualType: 'slicer',
    query: query({ Values: [field] }),
    objects: { data: [{ properties: { mode: literal(isDay ? "'Between'" : "'Dropdown'") } }] },
    drillFilterOtherVisuals: true,
  };
}

function card(measure: string): Json {
  return { visualType: 'card', query: query({ Values: [measure] }), drillFilterOtherVisuals: true };
}

function drawn({ type, title, roles }: Visual): Json {
  const text = { show: literal('true'), text: literal(`'${title.replaceAll("'", "''")}'`) };
  return {
    visualType: type,
    query: query(roles),
    visualContainerObjects: { title: [{ properties: text }], general: [{ properties: { altText: literal(`'${title.replaceAll("'", "''")}'`) } }] },
    drillFilterOtherVisuals: true,
  };
}

function literal(value: string): Json {
  return { expr: { Literal: { Value: value } } };
}

function query(roles: Visual['roles']): Json {
  return { queryState: Object.fromEntries(Object.entries(roles).map(([role, fields]) => [role, { projections: fields.map(projection) }])) };
}

function projection(field: string): Json {
  const [, table = '', column] = /^(.+)\[(.+)\]$/.exec(field) ?? [];
  if (column !== undefined) return reference('Column', table, column);
  const measure = modelMeasures.find(({ name }) => name === field);
  if (measure === undefined) throw new Error(`a page shows ${field}, which is no measure; write a column as Table[column]`);
  return reference('Measure', measure.table, field);
}

function reference(kind: 'Column' | 'Measure', table: string, name: string): Json {
  return { field: { [kind]: { Expression: { SourceRef: { Entity: table } }, Property: name } }, queryRef: `${table}.${name}`, nativeQueryRef: name };
}

/** As short as Power BI makes them, so that paths stay below what Windows allows. */
function shortId(...names: readonly string[]): string {
  return identityOf(...names)
    .replaceAll('-', '')
    .slice(0, ID_LENGTH);
}
