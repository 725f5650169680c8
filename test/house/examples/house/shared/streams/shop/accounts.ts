import type { Stream } from '../../stream.ts';
import { named } from '../rules.ts';
import { shop } from './source.ts';

export const accounts: Stream = { name: named('Accounts'), url: `${shop.base}accounts`, source: shop };
