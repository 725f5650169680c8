import { randomUUID } from 'node:crypto';
import { openJournal } from './journal.ts';

/** A message that waits for `extract`. */
export interface TopicMessage {
  readonly id: string;
  /** RFC 3339, UTC: when it was published. */
  readonly time: string;
  readonly json: unknown;
}

/** The topic `extract-requests` as a file: what was published is there after a restart. */
export interface Topic {
  publish(json: unknown): Promise<TopicMessage>;
  messages(): readonly TopicMessage[];
}

/** Opens the topic's file. */
export async function openTopic(file: string, now: () => Date): Promise<Topic> {
  const messages: TopicMessage[] = [];
  const journal = await openJournal<TopicMessage>(file, (message) => messages.push(message));
  return {
    async publish(json) {
      const message = { id: randomUUID(), time: now().toISOString(), json };
      await journal.append(message);
      messages.push(message);
      return message;
    },
    messages: () => messages,
  };
}
