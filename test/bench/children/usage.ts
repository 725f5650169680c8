import { readFileSync } from 'node:fs';

/** What a piece of work took of the process that did it. */
export interface Usage {
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  /** The most memory that the process has held since it began: the kernel's high-water mark. */
  readonly peakBytes: number;
}

/** Measures a piece of work. */
export async function measured<Result>(work: () => Promise<Result>): Promise<{ readonly usage: Usage; readonly result: Result }> {
  const cpu = cpuSeconds();
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1_000;
  return { result, usage: { seconds, cpuSeconds: cpuSeconds() - cpu, peakBytes: peakBytes() } };
}

function cpuSeconds(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

function peakBytes(): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error('this kernel does not tell VmHWM: run the benchmark on Linux');
  return Number(kibibytes) * 1024;
}
