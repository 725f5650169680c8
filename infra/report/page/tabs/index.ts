import type { Tab } from '../cards/card.ts';
import { acquisition } from './acquisition.ts';
import { coverage } from './coverage.ts';
import { customerInsight } from './customer-insight.ts';
import { customerRevenue } from './customer-revenue.ts';
import { executive } from './executive.ts';
import { pipeline } from './pipeline.ts';
import { products } from './products.ts';
import { support } from './support.ts';
import { weekly } from './weekly.ts';

/** Every tab, in the order of the page. */
export const tabs: readonly Tab[] = [executive, acquisition, customerRevenue, products, customerInsight, support, weekly, coverage, pipeline];
