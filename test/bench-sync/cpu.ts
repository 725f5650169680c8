import { readdir, readFile } from 'node:fs/promises';

/** Seconds of a processor that each part has used, from `/proc` (Linux). */
export type CpuSeconds = Readonly<Record<string, number>>;

/** USER_HZ, which Linux promises to programs whatever the kernel's own clock is. */
const TICKS_PER_SECOND = 100;

/** What the processes of each part have used up to now, their children included: those that run, and those that have ended. */
export async function cpuSeconds(parts: Readonly<Record<string, readonly number[]>>): Promise<CpuSeconds> {
  const all = await processes();
  return Object.fromEntries(Object.entries(parts).map(([part, pids]) => [part, pids.reduce((sum, pid) => sum + ticksOf(pid, all), 0) / TICKS_PER_SECOND]));
}

/** Milliseconds of a processor for each of so many requests, by part and in all. */
export function msPerRequest(before: CpuSeconds, after: CpuSeconds, requests: number): Readonly<Record<string, number>> {
  const parts = Object.entries(after).map(([part, seconds]) => [part, ((seconds - (before[part] ?? 0)) * 1_000) / requests] as const);
  return { ...Object.fromEntries(parts), all: parts.reduce((sum, [, ms]) => sum + ms, 0) };
}

interface Ticks {
  readonly parent: number;
  readonly own: number;
  readonly ended: number;
}

function ticksOf(pid: number, all: ReadonlyMap<number, Ticks>): number {
  const { own, ended } = all.get(pid) ?? { own: 0, ended: 0 };
  const children = [...all].filter(([, { parent }]) => parent === pid && pid !== process.pid);
  return own + (pid === process.pid ? 0 : ended) + children.reduce((sum, [child]) => sum + ticksOf(child, all), 0);
}

async function processes(): Promise<ReadonlyMap<number, Ticks>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => [pid, await ticks(pid)] as const));
  return new Map(found.flatMap(([pid, one]) => (one === undefined ? [] : [[pid, one] as const])));
}

/** Undefined where the process is gone. */
async function ticks(pid: number): Promise<Ticks | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is a name that may hold spaces and brackets.
  const fields = stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (fields === undefined) return undefined;
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map((at) => fields[at]);
  return { parent, own: user + system, ended: endedUser + endedSystem };
}
