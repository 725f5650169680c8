import type { Customer } from './customers.ts';
import { minutesAfter } from './days.ts';
import { even, mixed } from './even.ts';
import { TICKETS } from './published.ts';
import { balance, numbersWith, type Point } from './quantiles.ts';
import type { Row } from './row.ts';
import { entriesOf, repeated, shares, sharesOf, sum } from './shares.ts';

type Channel = keyof typeof TICKETS.channels;
type Priority = keyof typeof TICKETS.validByPriority;

/** A ticket whose times are minutes; `ttr` is negative where it was resolved before it was opened, which no figure counts. */
interface Ticket {
  readonly channel: Channel;
  readonly priority: Priority;
  readonly subject: string;
  readonly score: number;
  readonly frt: number;
  readonly ttr: number;
}

const CHANNELS = entriesOf(TICKETS.validByChannel);
const [FASTEST, SLOWEST] = TICKETS.frtRange;
/** Quantiles in minutes: 97 is 1.62 h, 140 is 2.33 h, 172 is 2.87 h. The point at a quarter bends the mean to the published one. */
const FRT_POINTS: readonly Point[] = [
  [0, FASTEST],
  [0.25, 56],
  [0.5, 97],
  [0.75, 140],
  [0.95, 172],
  [1, SLOWEST],
];
/** 422.5 is 7.04 h, 740 is 12.33 h, 1184 is 19.73 h. */
const TTR_POINTS: readonly Point[] = [
  [0, 12],
  [0.25, 160],
  [0.5, 422.5],
  [0.75, 740],
  [0.95, 1184],
  [1, 1440],
];
const MINUTES = 60;

/** 2,769 tickets, 1,566 of which were resolved after they were opened. */
export function ticketRows(customers: readonly Customer[]): readonly Row[] {
  const owners = mixed(
    customers.flatMap((customer) => Array.from({ length: customer.tickets }, () => customer)),
    0,
  );
  const types = mixed(repeated(TICKETS.types), 1);
  const tickets = mixed([...validTickets(), ...otherTickets()], 2);
  return tickets.map((ticket, index) => {
    const owner = owners[index];
    const created = createdAt(ticket, index);
    return {
      ticket_id: index + 1,
      customer_id: owner?.id ?? null,
      customer_email: owner?.email ?? null,
      ticket_type: types[index] ?? null,
      ticket_subject: ticket.subject,
      ticket_description: `Question ${index + 1}`,
      ticket_status: 'Closed',
      resolution: `Answer ${index + 1}`,
      ticket_priority: ticket.priority,
      ticket_channel: ticket.channel,
      ticket_created: created,
      first_response_time: minutesAfter(created, ticket.frt),
      time_to_resolution: minutesAfter(created, ticket.ttr),
      frt_minutes: String(ticket.frt),
      ttr_minutes: ticket.ttr < 0 ? null : String(ticket.ttr),
      customer_satisfaction: String(ticket.score),
    };
  });
}

/** All that happens lies between 31 May and 2 June 2023. */
function createdAt({ ttr }: Ticket, index: number): string {
  return ttr < 0
    ? minutesAfter('2023-06-01 02:00:00', Math.floor(20 * MINUTES * even(index, 3)))
    : minutesAfter('2023-05-31 00:00:00', Math.floor(36 * MINUTES * even(index, 3)));
}

function validTickets(): readonly Ticket[] {
  const subjects = mixed(repeated(TICKETS.subjects), 4);
  const scores = inChannels(mixed(repeated(TICKETS.scores), 5).map(Number), scoreSums());
  const frt = inChannels(mixed(numbersWith(TICKETS.valid, sum(hourSums('frt')), FRT_POINTS), 6), hourSums('frt'));
  const ttr = inChannels(mixed(numbersWith(TICKETS.valid, sum(hourSums('ttr')), TTR_POINTS), 7), hourSums('ttr'));
  const early = shares(
    TICKETS.resolvedFirst - (TICKETS.count - TICKETS.valid),
    CHANNELS.map(([, count]) => count),
  );
  return CHANNELS.flatMap(([channel, count], place) => {
    const priorities = mixed(repeated(priorityCounts(channel)), 8);
    const times = mixed(timesOf(frt[place] ?? [], ttr[place] ?? [], early[place] ?? 0), 9);
    const start = sum(CHANNELS.slice(0, place).map(([, before]) => before));
    return Array.from({ length: count }, (_, index): Ticket => {
      const [time, priority, subject, score] = [times[index], priorities[index], subjects[start + index], scores[place]?.[index]];
      if (time === undefined || priority === undefined || subject === undefined || score === undefined)
        throw new RangeError(`${channel} ${index} lacks something`);
      return { channel, priority, subject, score, ...time };
    });
  });
}

/** Deals numbers to the channels, with these sums. */
function inChannels(numbers: readonly number[], sums: readonly number[]): readonly (readonly number[])[] {
  let start = 0;
  const groups = CHANNELS.map(([, count]) => {
    start += count;
    return numbers.slice(start - count, start);
  });
  balance(groups, sums);
  return groups;
}

/** Sums of the scores that give the published means; what rounding leaves open goes to the channels it changes least. */
function scoreSums(): readonly number[] {
  const total = sum(entriesOf(TICKETS.scores).map(([score, count]) => Number(score) * count));
  return shares(
    total,
    CHANNELS.map(([channel, count]) => TICKETS.scoreByChannel[channel] * count),
  );
}

/** Minutes of each channel that give the published means in hours. */
function hourSums(what: 'frt' | 'ttr'): readonly number[] {
  const means = what === 'frt' ? TICKETS.frtByChannel : TICKETS.ttrByChannel;
  return CHANNELS.map(([channel, count]) => Math.ceil(means[channel] * MINUTES * count));
}

function priorityCounts(channel: Channel): Readonly<Record<Priority, number>> {
  return sharesOf(TICKETS.validByChannel[channel], TICKETS.priorities[channel]);
}

/** Pairs times so that exactly `early` tickets are resolved before their first answer: those with the shortest times. */
function timesOf(frt: readonly number[], ttr: readonly number[], early: number): readonly Pick<Ticket, 'frt' | 'ttr'>[] {
  const [answers, ends] = [frt, ttr].map((numbers) => [...numbers].sort((a, b) => a - b)) as [number[], number[]];
  const late = answers.splice(answers.length - early);
  const first = ends.slice(0, early).map((end, index) => ({ frt: late[index] ?? SLOWEST, ttr: end }));
  const tight = ends.slice(early).filter((end) => end < SLOWEST);
  const free = mixed(answers.slice(tight.length), 10);
  return [
    ...first,
    ...tight.map((end, index) => ({ frt: answers[index] ?? FASTEST, ttr: end })),
    ...ends.slice(early + tight.length).map((end, index) => ({ frt: free[index] ?? FASTEST, ttr: end })),
  ];
}

function otherTickets(): readonly Ticket[] {
  const count = TICKETS.count - TICKETS.valid;
  const subjects = mixed(repeated(sharesOf(count, TICKETS.subjects)), 11);
  const priorities = mixed(repeated(sharesOf(count, TICKETS.validByPriority)), 12);
  const channels = mixed(
    CHANNELS.flatMap(([channel, valid]) => Array.from({ length: TICKETS.channels[channel] - valid }, () => channel)),
    13,
  );
  return channels.map((channel, index) => ({
    channel,
    priority: priorities[index] ?? 'Low',
    subject: subjects[index] ?? 'Data loss',
    score: 1 + (index % 5),
    frt: FASTEST + Math.floor((SLOWEST - FASTEST + 1) * even(index, 14)),
    ttr: -1 - Math.floor(1500 * even(index, 15)),
  }));
}
