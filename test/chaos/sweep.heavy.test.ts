import { expect, test } from '@jest/globals';
import { type SweepResult, sweep, sweepLine } from './sweep.ts';
import { sweepCases } from './sweep-cases.ts';

test('a process that is killed before or after any side effect leaves nothing that a redelivery does not put right', async () => {
  const told: SweepResult[] = [];
  const results = await sweep(
    sweepCases.filter(({ isQuick }) => isQuick === true),
    (result) => told.push(result),
  );
  for (const result of told) process.stdout.write(`${sweepLine(result)}\n`);
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  expect(Object.fromEntries(results.map(({ name, effects }) => [name, effects]))).toEqual({
    'extract/two streams': ['commit raw', 'commit raw', 'answer'],
    'transform/rejects': ['commit clean', 'commit clean', 'commit clean', 'answer'],
    'load/replace table': [
      'job stage',
      'statement verifyAndRepair',
      'job ready',
      'job apply',
      'statement verifyAndRepair',
      'drop stage',
      'job record',
      'answer',
    ],
  });
  expect(results.map(({ kills, effects }) => kills / effects.length)).toEqual(results.map(() => 2));
}, 180_000);
