import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Notice, type Notices, notice } from '../../shared/notices/notices.ts';

export interface OpenedNotices {
  readonly notices: Notices;
  /** What has arrived; may wait until it is at least so many different notices. */
  received(atLeast: number): Promise<readonly Notice[]>;
  close(): Promise<void>;
}

/** A notice about one object; the same object leads to the same id. */
export function exampleNotice(object = 'ezfocus/accounts/2026-11-20/x.json', message = 'rows fell by 60 %; accept or repair'): Notice {
  return notice({
    function: 'load',
    source: 'ezfocus',
    stream: 'accounts',
    object,
    generation: '1795132800000000',
    class: 'permanent',
    state: 'final',
    rule: 'drop',
    counts: { rows: 1000, before: 2500 },
    message,
    first_seen: '2026-11-20T06:00:00Z',
    code_version: '0.1.0',
    rerun: `npm run pipeline -- replay ${object}`,
  });
}

/** What every implementation of the topic `pipeline-failures` does; `open` gives an empty topic each time. */
export function describeNotices(name: string, open: () => Promise<OpenedNotices>): void {
  describe(`notices: ${name}`, () => {
    let opened: OpenedNotices;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('delivers a notice as it was published', async () => {
      const published = exampleNotice('zoë/été/2026-11-20/漢 𝒳.json', 'first line\nsecond line "quoted" \u2028 end');
      await opened.notices.publish(published);
      expect(await opened.received(1)).toEqual([published]);
    });

    test('delivers every notice when many are published at once', async () => {
      const published = Array.from({ length: 20 }, (_, index) => exampleNotice(`a/b/2026-11-20/${index}.json`));
      await Promise.all(published.map((one) => opened.notices.publish(one)));
      const byId = (a: Notice, b: Notice): number => (a.id < b.id ? -1 : 1);
      expect([...(await opened.received(20))].sort(byId)).toEqual([...published].sort(byId));
    });

    test('makes a repeat recognisable by its id', async () => {
      await opened.notices.publish(exampleNotice());
      await opened.notices.publish(exampleNotice());
      await opened.notices.publish(exampleNotice('another/object/2026-11-20/x.json'));
      expect(new Set((await opened.received(2)).map(({ id }) => id)).size).toBe(2);
    });
  });
}
