import { adMeasures } from './measures/ads.ts';
import { fieldMeasures } from './measures/field.ts';
import { orderMeasures } from './measures/orders.ts';
import type { Measure } from './measures/measure.ts';
import { shopMeasures } from './measures/shop.ts';
import { supportMeasures } from './measures/support.ts';

/** Every measure of the model. */
export const modelMeasures: readonly Measure[] = [...orderMeasures, ...adMeasures, ...shopMeasures, ...supportMeasures, ...fieldMeasures];
