import type { Tab } from '../card.ts';
import { acquisition } from './acquisition.ts';
import { executive } from './executive.ts';

/** Every tab, in the order of the page. */
export const tabs: readonly Tab[] = [executive, acquisition];
