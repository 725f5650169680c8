import type { Stream } from '../stream.ts';
import { accounts } from './ezfocus/accounts.ts';
import { callReports } from './ezfocus/call-reports.ts';
import { inventory } from './ezfocus/inventory.ts';
import { rejects } from './pipeline/rejects.ts';
import { runs } from './pipeline/runs.ts';

/** Every stream that a source or a person feeds. */
export const streams: readonly Stream[] = [accounts, callReports, inventory];

/** What the pipeline tells about itself; loaded like every other stream. */
export const builtInStreams: readonly Stream[] = [rejects, runs];
