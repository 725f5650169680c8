/** How much is measured. */
export interface Scale {
  readonly name: string;
  readonly rounds: number;
  /** Accounts of the comparison with the bare loop. */
  readonly records: number;
  /** Sizes of raw objects whose transform's peak memory is measured, in bytes. */
  readonly sizes: readonly number[];
  /** Accounts that go through the whole chain. */
  readonly chains: readonly number[];
}

/** What the targets are about; some 20 minutes and 20 GB of disk. */
export const FULL: Scale = { name: 'full', rounds: 5, records: 1_000_000, sizes: [10e6, 100e6, 1e9, 5e9], chains: [2_700, 1_000_000] };
/** A look in two minutes. */
export const QUICK: Scale = { name: 'quick', rounds: 3, records: 100_000, sizes: [10e6, 100e6], chains: [2_700, 100_000] };
/** Proves that the benchmark runs; its figures mean nothing. */
export const TINY: Scale = { name: 'tiny', rounds: 1, records: 500, sizes: [2e6], chains: [50] };
