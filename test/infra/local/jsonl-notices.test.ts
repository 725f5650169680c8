import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openJsonlNotices } from '../../../infra/local/jsonl-notices.ts';
import { describeNotices, exampleNotice } from '../../contract/notices.ts';

const A = exampleNotice('a/b/2026-11-20/a.json');
const B = exampleNotice('a/b/2026-11-20/b.json');

describeNotices('JSON lines', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'notices-'));
  const notices = openJsonlNotices(join(dir, 'notices.jsonl'));
  return { notices, received: () => notices.list(), close: () => rm(dir, { recursive: true }) };
});

describe('notices in JSON lines', () => {
  let dir: string;
  let file: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'notices-'));
    file = join(dir, 'ops/notices.jsonl');
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function writtenIds(): Promise<string[]> {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line): string => JSON.parse(line).id);
  }

  test('has none when nothing was published', async () => {
    expect(await openJsonlNotices(file).list()).toEqual([]);
  });

  test('writes one line for an id, however often and at once it is published', async () => {
    const notices = openJsonlNotices(file);
    await Promise.all([A, B, A, A, B].map((one) => notices.publish(one)));
    await notices.publish(A);
    expect(await writtenIds()).toEqual([A.id, B.id]);
  });

  test('keeps the first text of a notice when its repeat says something else', async () => {
    const notices = openJsonlNotices(file);
    await notices.publish(A);
    await notices.publish({ ...A, message: 'later' });
    expect(await notices.list()).toEqual([A]);
  });

  test('writes no second line for an id after a restart', async () => {
    await openJsonlNotices(file).publish(A);
    const restarted = openJsonlNotices(file);
    await restarted.publish(A);
    await restarted.publish(B);
    expect(await writtenIds()).toEqual([A.id, B.id]);
  });

  test('writes no second line for what another instance wrote meanwhile', async () => {
    const [one, other] = [openJsonlNotices(file), openJsonlNotices(file)];
    await one.publish(A);
    await other.publish(B);
    await one.publish(B);
    await other.publish(A);
    expect(await writtenIds()).toEqual([A.id, B.id]);
  });

  test('lists an id once when two instances wrote it at the same moment', async () => {
    await openJsonlNotices(file).publish(A);
    await appendFile(file, `${JSON.stringify({ ...A, message: 'second' })}\n`);
    expect(await openJsonlNotices(file).list()).toEqual([A]);
  });

  test.each([
    ['half a line', JSON.stringify(B).slice(0, 50), [A, B]],
    ['half a character', Buffer.from('{"id":"é').subarray(0, -1), [A, B]],
    ['a whole line but its end', JSON.stringify(B), [A, B]],
    ['JSON that is no notice', '{"id":"x"}', [A, B]],
  ])('keeps every notice on a line of its own after a process was killed having written %s', async (_, torn, expected) => {
    await openJsonlNotices(file).publish(A);
    await appendFile(file, torn);
    const restarted = openJsonlNotices(file);
    await restarted.publish(A);
    await restarted.publish(B);
    expect(await restarted.list()).toEqual(expected);
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines.filter((line) => line === JSON.stringify(B))).toHaveLength(1);
  });

  test('writes a notice again when somebody emptied the file', async () => {
    const notices = openJsonlNotices(file);
    await notices.publish(A);
    await notices.publish(B);
    await writeFile(file, '');
    await notices.publish(A);
    expect(await notices.list()).toEqual([A]);
  });
});
