import type { EventRequest } from '../../infra/local/cloud-event.ts';
import type { HostOptions } from '../../infra/local/host.ts';
import type { ChainFunction } from '../../shared/invocation.ts';
import { lab, labStreams } from './streams.ts';

/** Where a process dies. */
export interface Kill {
  /** The effect, from 1. */
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** An event and the function that it is for. */
export interface SweepEvent extends EventRequest {
  readonly function: ChainFunction;
}

/** What a child is told. */
export interface ChildTask {
  readonly dir: string;
  readonly baseUrl: string;
  readonly event: SweepEvent;
  readonly kill?: Kill;
}

/** The clock stands still, so that two runs can be compared. */
export const NOW = '2026-11-20T08:00:00.000Z';

/** Everything that the functions of a sweep are given, the same in the child and in the process that redelivers. */
export function hostOptions(dir: string, baseUrl: string): HostOptions {
  return {
    dir,
    streams: labStreams,
    sources: new Map([[lab.name, { baseUrl }]]),
    log: () => {},
    now: () => new Date(NOW),
    codeVersion: 'sweep',
    settleMs: 0,
    durable: false,
  };
}
