import type { Card, CardText } from './card.ts';
import { card } from './charts.ts';
import { type DimensionId, dimension, memberText } from '../figures/dimensions.ts';
import { NO_DATA } from '../figures/figure.ts';
import type { MapModel, Shown } from './model.ts';
import type { Table } from '../figures/report.ts';
import { select } from '../figures/selection.ts';

const TABLE = 'dim_stores';
const MOST_PLACES = 14;

/** A card of stores as dots, by longitude and latitude; the places with most of them are named. */
export function storeMap({ group, ...text }: CardText & { readonly group: DimensionId }): Card {
  return card(text, [], ({ report, filters }): Shown => {
    const table = report.table(TABLE);
    if (table === undefined || table.rows === 0) return { model: { kind: 'message', text: NO_DATA }, ignored: [] };
    const { rows, ignored } = select(table, filters);
    const points = rows.flatMap((row) => pointOf(table, row, group));
    if (points.length === 0) return { model: { kind: 'message', text: 'Nothing is left by these filters' }, ignored };
    const isInside = insideOf(points);
    const inside = points.filter(isInside);
    const outside = points.length - inside.length;
    return { model: { kind: 'map', group: dimension(group).label, points: inside, outside, places: placesOf(table, rows) }, ignored };
  });
}

function pointOf(table: Table, row: number, group: DimensionId): MapModel['points'] {
  const [longitude, latitude] = [table.number(row, 'longitude'), table.number(row, 'latitude')];
  if (longitude === null || latitude === null) return [];
  const name = table.text(row, 'store_name') ?? 'no name';
  return [{ text: name, group: memberText(group, table.text(row, dimension(group).column) ?? 'none'), longitude, latitude }];
}

/** Whether a dot is near the others: the place 0°, 0°, say, is no shop but a mistake, and would make all others one dot. */
function insideOf(points: MapModel['points']): (point: MapModel['points'][number]) => boolean {
  const [east, north] = [fence(points.map(({ longitude }) => longitude)), fence(points.map(({ latitude }) => latitude))];
  return ({ longitude, latitude }) => east(longitude) && north(latitude);
}

function fence(values: readonly number[]): (value: number) => boolean {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) * EDGE)] ?? 0;
  const high = sorted[Math.ceil((sorted.length - 1) * (1 - EDGE))] ?? 0;
  const room = Math.max(high - low, 1);
  return (value) => value >= low - room && value <= high + room;
}

const EDGE = 0.02;

/** The cities with most stores, each where its stores are in the middle. */
function placesOf(table: Table, rows: readonly number[]): MapModel['places'] {
  const cities = new Map<string, { longitudes: number[]; latitudes: number[] }>();
  for (const row of rows) {
    const [city, longitude, latitude] = [table.text(row, 'city'), table.number(row, 'longitude'), table.number(row, 'latitude')];
    if (city === null || longitude === null || latitude === null) continue;
    const own = cities.get(city) ?? { longitudes: [], latitudes: [] };
    own.longitudes.push(longitude);
    own.latitudes.push(latitude);
    cities.set(city, own);
  }
  return [...cities]
    .sort((a, b) => b[1].latitudes.length - a[1].latitudes.length)
    .slice(0, MOST_PLACES)
    .map(([city, { longitudes, latitudes }]) => ({
      text: `${city} ${latitudes.length.toLocaleString('en-GB')}`,
      longitude: median(longitudes),
      latitude: median(latitudes),
    }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
