import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { pages } from '../../../infra/power-bi/pages.ts';
import { tabs } from '../../../infra/report/page/tabs/index.ts';
import { readModel, type WrittenModel } from './written-model.ts';

const AT = 'https://developer.microsoft.com/json-schemas/fabric';
const REPORT = `${AT}/item/report/definition`;

type Json = Readonly<Record<string, unknown>>;

/** An object with these members and no other. */
function object(properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []): Json {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)), additionalProperties: false };
}

const text = { type: 'string', minLength: 1 };
const number = { type: 'number', minimum: 0 };
const id = { type: 'string', pattern: '^[\\w-]{1,50}$' };
const literal = object({ expr: object({ Literal: object({ Value: text }) }) });
const source = object({ Expression: object({ SourceRef: object({ Entity: text }) }), Property: text });
const projection = object({
  field: { oneOf: [object({ Measure: source }), object({ Column: source })] },
  queryRef: text,
  nativeQueryRef: text,
});
const formatting = { type: 'array', minItems: 1, items: object({ properties: { type: 'object', minProperties: 1 } }) };

/**
 * What Microsoft's published schemas ask of these files, as far as the project uses them, told here in our own words: stricter
 * where they allow more. https://github.com/microsoft/json-schemas/tree/main/fabric
 */
const SCHEMAS: Readonly<Record<string, Json>> = {
  [`${AT}/pbip/pbipProperties/1.0.0/schema.json`]: object({
    $schema: text,
    version: text,
    artifacts: { type: 'array', items: object({ report: object({ path: { type: 'string', pattern: '^[^\\\\]+$' } }) }) },
    settings: object({ enableAutoRecovery: { type: 'boolean' } }),
  }),
  [`${AT}/item/semanticModel/definitionProperties/1.0.0/schema.json`]: object({ $schema: text, version: { const: '4.2' }, settings: object({}) }),
  [`${AT}/gitIntegration/platformProperties/2.0.0/schema.json`]: object({
    $schema: text,
    metadata: object({ type: { enum: ['SemanticModel', 'Report'] }, displayName: text }),
    config: object({ version: { const: '2.0' }, logicalId: { type: 'string', pattern: '^[0-9a-f-]{36}$' } }),
  }),
  [`${AT}/item/report/definitionProperties/2.0.0/schema.json`]: object({
    $schema: text,
    version: { const: '4.0' },
    datasetReference: object({ byPath: object({ path: { type: 'string', pattern: '^\\.\\./[^\\\\]+$' } }) }),
  }),
  [`${REPORT}/versionMetadata/1.0.0/schema.json`]: object({ $schema: text, version: { type: 'string', pattern: '^[1-9]\\d*\\.\\d+\\.0$' } }),
  [`${REPORT}/report/3.0.0/schema.json`]: object({
    $schema: text,
    themeCollection: object({}),
    settings: object({ useStylableVisualContainerHeader: { type: 'boolean' }, exportDataMode: { const: 'AllowSummarized' } }),
  }),
  [`${REPORT}/pagesMetadata/1.0.0/schema.json`]: object({ $schema: text, pageOrder: { type: 'array', items: id, uniqueItems: true }, activePageName: id }),
  [`${REPORT}/page/2.0.0/schema.json`]: object({
    $schema: text,
    name: id,
    displayName: text,
    displayOption: { const: 'FitToPage' },
    height: number,
    width: number,
  }),
  [`${REPORT}/visualContainer/2.4.0/schema.json`]: object({
    $schema: text,
    name: id,
    position: object({ x: number, y: number, z: number, height: number, width: number, tabOrder: number }),
    visual: object(
      {
        visualType: text,
        query: object({ queryState: { type: 'object', additionalProperties: object({ projections: { type: 'array', minItems: 1, items: projection } }) } }),
        objects: { type: 'object', additionalProperties: formatting },
        visualContainerObjects: object({
          title: { type: 'array', items: object({ properties: object({ show: literal, text: literal }) }) },
          general: { type: 'array', items: object({ properties: object({ altText: literal }) }) },
        }),
        drillFilterOtherVisuals: { const: true },
      },
      ['query', 'objects', 'visualContainerObjects', 'drillFilterOtherVisuals'],
    ),
  }),
};

/** The wells of each kind of visual that must have a field, and those that may; https://github.com/microsoft/PowerBI-visuals/tree/main/packages/libs/core-visual-schema. */
const WELLS: Readonly<Record<string, { readonly needs: readonly string[]; readonly may: readonly string[] }>> = {
  card: { needs: ['Values'], may: [] },
  slicer: { needs: ['Values'], may: [] },
  textbox: { needs: [], may: [] },
  tableEx: { needs: ['Values'], may: [] },
  pivotTable: { needs: ['Values'], may: ['Rows', 'Columns'] },
  lineChart: { needs: ['Category', 'Y'], may: ['Series'] },
  clusteredBarChart: { needs: ['Category', 'Y'], may: ['Series'] },
  clusteredColumnChart: { needs: ['Category', 'Y'], may: ['Series'] },
  columnChart: { needs: ['Category', 'Y'], may: ['Series'] },
  scatterChart: { needs: ['X', 'Y'], may: ['Category', 'Series', 'Size'] },
  azureMap: { needs: ['Category'], may: ['X', 'Y', 'Size'] },
};

interface Container {
  readonly position: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly visual: {
    readonly visualType: string;
    readonly query?: { readonly queryState: Readonly<Record<string, { readonly projections: readonly Projection[] }>> };
  };
}

interface Projection {
  readonly field: Readonly<
    Record<'Measure' | 'Column', { readonly Expression: { readonly SourceRef: { readonly Entity: string } }; readonly Property: string }>
  >;
  readonly queryRef: string;
}

let model: WrittenModel;
beforeAll(() => {
  model = readModel();
});
const jsonFiles = () => [...model.files].filter(([path]) => !path.endsWith('.tmdl')).map(([path, content]) => [path, JSON.parse(content) as Json] as const);
const pageFolders = () => jsonFiles().filter(([path]) => path.endsWith('/page.json'));
const containersOf = (folder: string) =>
  jsonFiles().flatMap(([path, content]) => (path.startsWith(`${folder}/visuals/`) ? [content as unknown as Container] : []));

test('every file of JSON is as its schema asks', () => {
  const ajv = new Ajv({ allErrors: true });
  const mistakes = jsonFiles().flatMap(([path, content]) => {
    const schema = SCHEMAS[String(content['$schema'])];
    if (schema === undefined) return [`${path}: ${String(content['$schema'])} is not among the schemas`];
    const validate = ajv.compile(schema);
    return validate(content) ? [] : [`${path}: ${ajv.errorsText(validate.errors)}`];
  });
  expect(mistakes).toEqual([]);
  expect(new Set(jsonFiles().map(([, content]) => content['$schema'])).size).toBe(Object.keys(SCHEMAS).length);
});

test('the project leads to the report, and the report to the model', () => {
  const content = new Map(jsonFiles());
  expect(content.get('crm.pbip')).toMatchObject({ artifacts: [{ report: { path: 'crm.Report' } }] });
  expect(content.get('crm.Report/definition.pbir')).toMatchObject({ datasetReference: { byPath: { path: '../crm.SemanticModel' } } });
  expect(model.files.has('crm.SemanticModel/definition.pbism')).toBe(true);
});

test('the pages are the tabs of the report, in their order, with what to be careful with', () => {
  const order = new Map(jsonFiles()).get('crm.Report/definition/pages/pages.json')?.['pageOrder'];
  const names = new Map(pageFolders().map(([, content]) => [content['name'], content['displayName']]));
  expect((order as readonly string[]).map((name) => names.get(name))).toEqual(tabs.map(({ title }) => title));
  expect(names.size).toBe(tabs.length);
  for (const { note } of pages) expect(note.length).toBeGreaterThan(40);
});

describe('a page', () => {
  test('shows measures and columns that the model has, in wells that the visual has', () => {
    for (const [path] of pageFolders()) {
      for (const { visual } of containersOf(path.slice(0, -'/page.json'.length))) {
        const { needs, may } = WELLS[visual.visualType] ?? { needs: ['a kind of visual that is known'], may: [] };
        const wells = Object.entries(visual.query?.queryState ?? {});
        expect(wells.map(([well]) => well)).toEqual(expect.arrayContaining([...needs]));
        expect(wells.filter(([well]) => ![...needs, ...may].includes(well))).toEqual([]);
        expect(
          wells
            .flatMap(([, { projections }]) => projections)
            .filter((each) => !isThere(each))
            .map(({ queryRef }) => queryRef),
        ).toEqual([]);
      }
    }
  });

  test('has everything within it, and nothing over another', () => {
    for (const [path, page] of pageFolders()) {
      const boxes = containersOf(path.slice(0, -'/page.json'.length)).map(({ position }) => position);
      expect(boxes.length).toBeGreaterThan(8);
      expect(boxes.filter(({ x, y, width, height }) => x + width > Number(page['width']) || y + height > Number(page['height']))).toEqual([]);
      const over = boxes.flatMap((a, index) =>
        boxes.slice(index + 1).filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
      );
      expect(over).toEqual([]);
    }
  });

  function isThere({ field, queryRef }: Projection): boolean {
    const [kind] = Object.keys(field) as ('Measure' | 'Column')[];
    const { Expression, Property } = field[kind ?? 'Column'];
    const table = model.tables.get(Expression.SourceRef.Entity);
    const found = (kind === 'Measure' ? table?.measures : table?.columns)?.find(({ name }) => name === Property);
    return found !== undefined && queryRef === `${table?.table.name}.${Property}`;
  }
});

test('months stand with their year: no page shows one of the date table without it', () => {
  const shown = pages.flatMap(({ slicers, visuals }) => [...slicers, ...visuals.flatMap(({ roles }) => Object.values(roles).flat())]);
  expect(new Set(shown.filter((field) => field.startsWith('Date[')))).toEqual(new Set(['Date[date]', 'Date[month]', 'Date[week_start]', 'Date[year]']));
  expect(model.tables.get('Date')?.columns.find(({ name }) => name === 'month')?.expression).toBe('FORMAT([date], "mmm yyyy", "en-GB")');
});

test('no path is longer than Windows takes, below a folder of 100 letters', () => {
  expect([...model.files.keys()].filter((path) => path.length > 150)).toEqual([]);
});
