import type { FileMetadata } from '@google-cloud/storage';
import { TransientError } from '../errors.ts';
import type { ObjectInfo } from './object-store.ts';

type ObjectResource = Required<Pick<FileMetadata, 'name' | 'generation' | 'size' | 'crc32c' | 'timeCreated'>> & Pick<FileMetadata, 'metadata'>;

const TEXTS = ['name', 'crc32c', 'timeCreated'] as const;
const NUMBERS = ['generation', 'size'] as const;

/** The fields of an object resource that `infoOf` reads. */
export const INFO_FIELDS = [...TEXTS, ...NUMBERS, 'metadata'].join(',');

/** Reads an object resource of the JSON API; its crc32c is base64 in big-endian order, its int64 are text. */
export function infoOf(resource: unknown): ObjectInfo {
  if (!isResource(resource)) throw new TransientError('object-store', 'Cloud Storage described an object incompletely');
  const { name, generation, size, crc32c, timeCreated, metadata = {} } = resource;
  return {
    name,
    generation: String(generation),
    size: Number(size),
    crc32c: hex(crc32c),
    created: timeCreated,
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])),
  };
}

/** What an answer has under that name; undefined where it has none. */
export function member(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? Object.entries(answer).find(([key]) => key === name)?.[1] : undefined;
}

/** A base64 CRC-32C as eight hex digits. */
export function hex(crc32c: string): string {
  return Buffer.from(crc32c, 'base64').toString('hex');
}

function isResource(resource: unknown): resource is ObjectResource {
  const metadata = member(resource, 'metadata');
  const isComplete = TEXTS.every((name) => typeof member(resource, name) === 'string') && NUMBERS.every((name) => /^\d+$/.test(String(member(resource, name))));
  return isComplete && (metadata === undefined || (typeof metadata === 'object' && metadata !== null));
}
