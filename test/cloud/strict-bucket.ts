import { crc32c } from '@node-rs/crc32';
import type { ApiRequest } from './strict-requests.ts';

export interface StoredObject {
  readonly name: string;
  readonly generation: string;
  readonly bytes: Buffer;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A refusal as the API words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** The live generations of one bucket, with every precondition honoured. */
export interface StrictBucket {
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** How many generations were ever made. */
  readonly made: number;
  /** Throws a 412 where another generation than `ifGenerationMatch` is live; a write without it is not repeatable, hence an error here. */
  check(name: string, query: URLSearchParams): void;
  put(name: string, bytes: Buffer, resource: Readonly<Record<string, unknown>>): StoredObject;
  answer(request: ApiRequest): unknown;
  find(request: ApiRequest): StoredObject;
}

const FIRST_GENERATION = 1_795_132_800_000_000n;

export function strictBucket(bucket: string): StrictBucket {
  const objects = new Map<string, StoredObject>();
  let made = 0;

  function live(name: string, generation: string | null): StoredObject {
    const object = objects.get(name);
    if (object === undefined || (generation !== null && generation !== object.generation)) throw new Refusal(404, 'notFound');
    return object;
  }

  function check(name: string, query: URLSearchParams): void {
    const expected = query.get('ifGenerationMatch');
    if (expected === null) throw new Error(`a write to ${name} has no precondition`);
    if ((objects.get(name)?.generation ?? '0') !== expected) throw new Refusal(412, 'conditionNotMet');
  }

  function put(name: string, bytes: Buffer, { contentType, contentEncoding, metadata }: Readonly<Record<string, unknown>>): StoredObject {
    made += 1;
    const generation = String(FIRST_GENERATION + BigInt(made));
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32c(bytes));
    const resource = {
      kind: 'storage#object',
      bucket,
      name,
      generation,
      metageneration: '1',
      size: String(bytes.length),
      crc32c: sum.toString('base64'),
      timeCreated: '2026-11-20T06:00:00.000Z',
      contentType,
      contentEncoding,
      // An empty map is not there in an answer.
      ...(Object.keys(metadata ?? {}).length === 0 ? {} : { metadata }),
    };
    const object = { name, generation, bytes, resource };
    objects.set(name, object);
    return object;
  }

  function list(query: URLSearchParams): unknown {
    const [prefix, after, most] = [query.get('prefix') ?? '', query.get('pageToken') ?? '', Number(query.get('maxResults') ?? 1_000)];
    const inOrder = [...objects.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    const names = inOrder.map(({ name }) => name);
    const from = after === '' ? 0 : names.indexOf(after) + 1;
    const found = inOrder.slice(from).filter(({ name }) => name.startsWith(prefix));
    const page = found.slice(0, most);
    const more = found.length > page.length ? { nextPageToken: page.at(-1)?.name } : {};
    return { kind: 'storage#objects', ...(page.length === 0 ? {} : { items: page.map(({ resource }) => resource) }), ...more };
  }

  function rewrite({ names, query, resource }: ApiRequest): unknown {
    const { sourceObject = '', destinationObject = '' } = names;
    const { bytes } = live(sourceObject, query.get('sourceGeneration'));
    check(destinationObject, query);
    const copy = put(destinationObject, bytes, resource);
    return { kind: 'storage#rewriteResponse', done: true, objectSize: copy.resource['size'], resource: copy.resource };
  }

  function remove({ names, query }: ApiRequest): undefined {
    live(names['object'] ?? '', null);
    check(names['object'] ?? '', query);
    objects.delete(names['object'] ?? '');
  }

  const find = ({ names, query }: ApiRequest): StoredObject => live(names['object'] ?? '', query.get('generation'));

  return {
    objects,
    get made() {
      return made;
    },
    check,
    put,
    find,
    answer(request) {
      if ((request.names['bucket'] ?? request.names['sourceBucket']) !== bucket) throw new Refusal(404, 'notFound');
      if (request.id === 'storage.objects.list') return list(request.query);
      if (request.id === 'storage.objects.rewrite') return rewrite(request);
      return request.id === 'storage.objects.delete' ? remove(request) : find(request).resource;
    },
  };
}
