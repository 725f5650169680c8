import type { Source } from '../../source.ts';

export const shop: Source = { base: 'https://shop.example/' };
