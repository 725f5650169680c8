import { PRODUCTS } from './published.ts';
import type { Row } from './row.ts';
import { sum } from './shares.ts';

type Group = keyof typeof PRODUCTS.revenueByGroup;

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly brand: string;
  readonly category: string;
  readonly group: Group;
  /** Its revenue in pence where it is published, else about what its group leaves for it. */
  readonly revenue: number;
  readonly isTop: boolean;
}

/** Name, brand, category as the source gives it, group. That several laptops and consoles are "Other" is so there, too. */
const LIST: readonly (readonly [name: string, brand: string, category: string, group: Group])[] = [
  ['Microsoft Surface', 'Microsoft', 'Tablet', 'Hardware'],
  ['Sony 4K HDR TV', 'Sony', 'TV', 'Hardware'],
  ['iPhone', 'Apple', 'Phone', 'Hardware'],
  ['LG OLED', 'LG', 'TV', 'Hardware'],
  ['Canon DSLR Camera', 'Canon', 'Camera', 'Camera'],
  ['MacBook Pro', 'Apple', 'Laptop', 'Hardware'],
  ['LG Smart TV', 'LG', 'TV', 'Hardware'],
  ['Google Pixel', 'Google', 'Phone', 'Hardware'],
  ['GoPro Action Camera', 'GoPro', 'Camera', 'Camera'],
  ['Sony PlayStation', 'Sony', 'Console', 'Hardware'],
  ['Samsung Galaxy', 'Samsung', 'Phone', 'Hardware'],
  ['Dell Laptop 13', 'Dell', 'Laptop', 'Hardware'],
  ['Nintendo Console', 'Nintendo', 'Console', 'Hardware'],
  ['Samsung Tablet', 'Samsung', 'Tablet', 'Hardware'],
  ['Dyson Vacuum Cleaner', 'Dyson', 'Appliance', 'Home'],
  ['LG Washing Machine', 'LG', 'Appliance', 'Home'],
  ['LG Dryer', 'LG', 'Appliance', 'Home'],
  ['Google Thermostat', 'Google', 'Smart Home', 'Home'],
  ['Philips Lights', 'Philips', 'Smart Home', 'Home'],
  ['Amazon Speaker', 'Amazon', 'Smart Home', 'Home'],
  ['Fitbit Watch', 'Fitbit', 'Wearable', 'Wearables'],
  ['Garmin Watch', 'Garmin', 'Wearable', 'Wearables'],
  ['Fitbit Band', 'Fitbit', 'Wearable', 'Wearables'],
  ['Microsoft Office', 'Microsoft', 'Software', 'Software'],
  ['Adobe Photos', 'Adobe', 'Software', 'Software'],
  ['Adobe Drawing', 'Adobe', 'Software', 'Software'],
  ['Adobe Video', 'Adobe', 'Software', 'Software'],
  ['Bose Headphones', 'Bose', 'Audio', 'Audio'],
  ['Bose Speaker', 'Bose', 'Audio', 'Audio'],
  ['Sony Headphones', 'Sony', 'Audio', 'Audio'],
  ['HP Laptop', 'HP', 'Other', 'Other'],
  ['Dell Laptop 15', 'Dell', 'Other', 'Other'],
  ['HP Printer', 'HP', 'Other', 'Other'],
  ['Microsoft Console', 'Microsoft', 'Other', 'Other'],
  ['Microsoft Controller', 'Microsoft', 'Other', 'Other'],
  ['Nintendo Controller', 'Nintendo', 'Other', 'Other'],
  ['Amazon Reader', 'Amazon', 'Other', 'Other'],
  ['Canon Printer', 'Canon', 'Other', 'Other'],
  ['Dell Monitor', 'Dell', 'Other', 'Other'],
  ['Samsung Monitor', 'Samsung', 'Other', 'Other'],
  ['Sony Phone', 'Sony', 'Other', 'Other'],
  ['Philips Toothbrush', 'Philips', 'Other', 'Other'],
];

const TOP = new Map<string, number>(Object.entries(PRODUCTS.top));

export function products(): readonly Product[] {
  return LIST.map(([name, brand, category, group], index) => {
    const revenue = TOP.get(name) ?? leftBy(group);
    return { id: index + 1, name, brand, category, group, revenue, isTop: TOP.has(name) };
  });
}

/** Pence that the published products of a group leave for all others of it. */
export function restOf(group: Group): number {
  return PRODUCTS.revenueByGroup[group] - sum(LIST.map(([name, , , ofGroup]) => (ofGroup === group ? (TOP.get(name) ?? 0) : 0)));
}

function leftBy(group: Group): number {
  return restOf(group) / LIST.filter(([name, , , ofGroup]) => ofGroup === group && !TOP.has(name)).length;
}

export function productRows(list: readonly Product[]): readonly Row[] {
  return list.map(({ id, name, brand, category }) => ({ product_id: id, product_name: name, brand, category }));
}
