import type { Stream } from '../stream.ts';
import { accounts } from './shop/accounts.ts';

export { named } from './rules.ts';
export const streams: readonly Stream[] = [accounts];
