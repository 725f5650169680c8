import type { Catalog } from '../../shared/catalog.ts';
import type { Query } from '../../shared/database/database.ts';
import type { FunctionName } from '../../shared/invocation.ts';
import type { Notice } from '../../shared/notices/notices.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/object-store/object-store.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import type { DeadLetter, Delivered, Waiting } from '../local/delivery.ts';
import type { Session } from '../local/duckdb-session.ts';

/** A message on `extract-requests`. */
export interface ExtractMessage {
  readonly source: string;
  readonly stream?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What was published: its id is in the names of the raw objects that it leads to. */
export interface Published {
  readonly id: string;
}

/** An attempt that failed and is made again. */
export interface Failed {
  readonly function: FunctionName;
  readonly subject: string;
  readonly message: string;
}

/** Is told what happens while it happens. */
export interface Watcher {
  delivered(delivered: Delivered): void;
  failed(failed: Failed): void;
  /** What keeps the delivery from its work, and what it leaves out; told once. */
  trouble?(message: string): void;
}

/** The ports that the verbs run on; a cloud has the same ones. */
export interface Pipeline {
  readonly catalog: Catalog;
  readonly raw: ObjectStore;
  readonly clean: ObjectStore;
  /** Undefined on a cloud whose settings do not name it. */
  readonly outbox: ObjectStore | undefined;
  /** Where exports go; undefined on this machine, and where the settings do not name it. */
  readonly exports: ObjectStore | undefined;
  readonly warehouse: Warehouse;
  readonly now: () => Date;
  /** Whether this process, or the local host that it is, delivers events at this moment. */
  readonly isDelivering: boolean;
  /** An object that is younger, in milliseconds, may still be on its way. */
  readonly onItsWayMs: number;
  readonly codeVersion: string;
  /** Gives a connection to the warehouse's own SQL, where that is on this machine; throws a CommandError where it is not. */
  session<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** What it means that nothing is known of a message. */
  readonly silence: string;
  /** Where the records of each source come from, in words; throws ConfigError where settings are wrong. */
  origins(): Promise<readonly Origin[]>;
  /** Whether any of its data is made up: from a stand-in of a source, or a generated file. */
  isSample(): Promise<boolean>;
  /** What is where raw objects are and is none: its name there, and why. A bucket has objects only. */
  leftOut(): Promise<ReadonlyMap<string, string>>;
  notices(): Promise<readonly Notice[]>;
  publish(message: ExtractMessage): Promise<Published>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Brings a dead letter back to life; false where there is none of that id. */
  redeliver(id: string): Promise<boolean>;
  /** Makes the event of a live generation happen again: resolves to the generation that it is about, undefined where the object is gone. */
  again(store: ObjectStore, object: ObjectInfo): Promise<ObjectInfo | undefined>;
  /** Begins to deliver, where that is the work of this process. */
  deliver(): Promise<void>;
  /**
   * Delivers until nothing is left but what keeps failing; resolves to that. A cloud delivers by itself: there it waits until
   * `isOver`, if that comes in time.
   */
  settle(isOver?: () => Promise<boolean>): Promise<readonly Waiting[]>;
  /** Tells a watcher about every delivery; the returned function ends that. */
  watch(watcher: Watcher): () => void;
  /** Serves `sync`; throws a CommandError where a platform does that. */
  service(): Promise<LocalService>;
  close(): Promise<void>;
}

/** The service `sync` of this machine. */
export interface LocalService {
  readonly url: string;
  readonly apiKey: string;
  /** What the CRMs are, in words. */
  readonly crms: string;
  /** The credentials of the CRMs, where stand-ins play them. */
  credentials(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>> | undefined>;
  /** Asks the service's database; opens it on the first call. */
  readonly query: Query;
}

/** Where a source's records come from. */
export interface Origin {
  readonly source: string;
  /** False where the source has no settings and nothing stands in for it. */
  readonly isOn: boolean;
  readonly text: string;
}
