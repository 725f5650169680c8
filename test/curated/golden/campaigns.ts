import { dayAfter } from './days.ts';
import { even, mixed } from './even.ts';
import { CAMPAIGNS } from './published.ts';
import type { Row } from './row.ts';
import { entriesOf, repeated } from './shares.ts';

export interface Campaign {
  readonly id: string;
  readonly channel: keyof typeof CAMPAIGNS.channels;
  /** What it brought and cost, in pence, where that is published. */
  readonly top: { readonly revenue: number; readonly spend: number } | undefined;
  /** Whether orders came from it. */
  readonly isUsed: boolean;
}

const COUNT = 50;

/** The 50 campaigns: the ten that are published by number, and 40 more for what their channels lack. */
export function campaigns(): readonly Campaign[] {
  const top = new Map<string, (typeof CAMPAIGNS.top)[keyof typeof CAMPAIGNS.top]>(entriesOf(CAMPAIGNS.top));
  const open: Record<Campaign['channel'], number> = { ...CAMPAIGNS.channels };
  for (const { channel } of top.values()) open[channel] -= 1;
  const channels = mixed(repeated(open), 0);
  const ids = Array.from({ length: COUNT }, (_, index) => `CMP_${String(index + 1).padStart(4, '0')}`);
  const others = ids.filter((id) => !top.has(id));
  const channelOf = (id: string) => top.get(id)?.channel ?? channels[others.indexOf(id)] ?? 'google';
  const unused = others.filter((id) => channelOf(id) === 'display').slice(0, COUNT - CAMPAIGNS.used);
  return ids.map((id) => ({ id, channel: channelOf(id), top: top.get(id), isUsed: !unused.includes(id) }));
}

export function campaignRows(list: readonly Campaign[]): readonly Row[] {
  const objectives = mixed(repeated(CAMPAIGNS.objectives), 1);
  return list.map(({ id, channel }, index) => {
    const start = dayAfter('2020-11-01', index % 17);
    return {
      campaign_id: id,
      campaign_name: id.replace('CMP', 'Campaign'),
      channel,
      objective: objectives[index] ?? null,
      start_date: start,
      end_date: dayAfter(start, 6 + Math.floor(even(index, 2) * 50)),
      status: 'active',
    };
  });
}
