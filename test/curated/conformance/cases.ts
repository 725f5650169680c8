import type { Case } from './case.ts';
import { firstCases } from './first-cases.ts';
import { numberCases } from './number-cases.ts';
import { queryCases } from './query-cases.ts';
import { textCases } from './text-cases.ts';
import { timeCases } from './time-cases.ts';

/** Every query of one value that has a documented answer. */
export const cases: readonly Case[] = [...firstCases, ...textCases, ...numberCases, ...timeCases, ...queryCases];
