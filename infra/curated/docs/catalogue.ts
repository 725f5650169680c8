import { marketingMetrics } from './marketing-metrics.ts';
import type { Catalogue } from './metric.ts';
import { pipelineMetrics } from './pipeline-metrics.ts';
import { shopMetrics } from './shop-metrics.ts';

/** Every figure of every metric table; a test compares it with the tables. */
export const catalogue: Catalogue = { ...marketingMetrics, ...shopMetrics, ...pipelineMetrics };
