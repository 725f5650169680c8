import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isPublicAddress, siteOf } from '../../../shared/crm/address.ts';
import { CrmUnreachable } from '../../../shared/crm/http.ts';
import { CRM_PROVIDERS, providerOf } from '../../../shared/crm/providers.ts';
import { createTokenCache } from '../../../shared/crm/token-cache.ts';
import { createOutsideHttp, type Transport } from '../../../shared/http-outside.ts';
import { contactItem } from '../../contract/crm-lab.ts';

/** Loopback in the ways that numbers of an address can be written. */
const LOOPBACK_FORMS = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0x7f.0.0.1',
    '017700000001',
    '0177.0.0.1',
    '0177.1',
    '127.0.0.1.',
    '0',
    '0.0.0.0',
    '0x0',
    '127.255.255.254',
    '127.0x0.0x0.1',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
  ],
  ...[
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127．0．0．1',
    '１２７.0.0.1',
    '%31%32%37.0.0.1',
    '[::1%25lo]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[ff02::1]',
    '[2001:db8::1]',
    '[2001::1]',
    '[fec0::1]',
  ],
];
const PRIVATE_FORMS = [
  ...[
    '10.0.0.1',
    '10.1',
    '167772161',
    '0x0a000001',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.1',
    '3232235521',
    '100.64.0.1',
    '100.127.255.254',
    '169.254.169.254',
  ],
  ...[
    '169.254.169.254.',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '198.18.0.1',
    '198.19.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '192.88.99.1',
  ],
  ...['[::ffff:10.0.0.1]', '[::ffff:a9fe:a9fe]', '[::ffff:192.168.0.1]', '[64:ff9b::10.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[2002:a00:1::]', '[2001:0:a00:1::]'],
];
const NAMES = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'foo.localhost',
    'localhost.localdomain',
    'ip6-localhost',
    'metadata',
    'metadata.google.internal',
    'metadata.google.internal.',
    'instance-data.ec2.internal',
  ],
  ...[
    'printer.local',
    'crm.lan',
    'crm.corp',
    'crm.home',
    'router.home.arpa',
    '1.0.0.127.in-addr.arpa',
    'crm.intranet',
    'crm',
    'crm.',
    'a..b.com',
    '-a.com',
    'a-.com',
    'crm.test',
    'crm.invalid',
    'crm.example',
    'x.onion',
  ],
];
/** Written around a host that leads to loopback. */
const FRAMES = [
  (host: string) => `https://${host}`,
  (host: string) => `https://${host}/`,
  (host: string) => `https://${host}:8443`,
  (host: string) => `https://stand-in.creatio.com@${host}`,
  (host: string) => `http://${host}`,
];
const TRICKS = [
  ...[
    'http://stand-in.creatio.com',
    'HTTP://stand-in.my.salesforce.com',
    'https:\\\\stand-in.creatio.com',
    'https://stand-in.cre\natio.com',
    'https://stand-in\t.creatio.com',
    'ftp://stand-in.creatio.com',
  ],
  ...[
    'https://user:pass@stand-in.creatio.com',
    'https://@stand-in.creatio.com@127.0.0.1',
    'https://stand-in.creatio.com:443@127.0.0.1/',
    'https://127.0.0.1#@stand-in.creatio.com',
    'https://127.0.0.1?@stand-in.creatio.com',
  ],
  ...[
    'https:\\\\127.0.0.1',
    'https:/127.0.0.1',
    'https:127.0.0.1',
    '//127.0.0.1',
    'https://127.0.0.1\\@stand-in.creatio.com',
    'https://stand-in.creatio.com\\.127.0.0.1',
    'https://stand-in.creatio.com%00.127.0.0.1',
    'https://stand-in.creatio.com%2f@127.0.0.1',
  ],
  ...[
    'https://127.0.0.1\t',
    'https://127.0.\n0.1',
    '\u0000https://127.0.0.1',
    'https://127.0.0.1\u2028',
    'ht\ttps://localhost',
    'https://loc\nalhost',
    'https://stand-in.creatio.com?x=1',
    'https://stand-in.creatio.com#x',
    'https://stand-in.creatio.com:8443',
    'https://stand-in.creatio.com:0',
  ],
  ...[
    'https://stand-in.creatio.com/a b',
    'https://stand-in.creatio.com/a;b',
    'file:///etc/passwd',
    'gopher://127.0.0.1',
    'ftp://127.0.0.1',
    'data:text/plain,x',
    'javascript:1',
    'ws://127.0.0.1',
    'wss://127.0.0.1',
    'http+unix://%2Ftmp',
    'unix:/tmp/x',
    '',
    ' ',
    'x',
    'https://',
    'https:///',
    'https://[',
    'https://[::1',
    'https://.',
    'https://..',
    `https://${'a'.repeat(300)}.com`,
  ],
];
/** Names that look like a CRM's and resolve to what they should not. */
const RESOLVED = [
  ...'127.0.0.1 127.0.0.53 ::1 10.0.0.1 172.16.5.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: fe80::1 fc00::1 fd00::1 ff02::1 224.0.0.1 255.255.255.255 ::'.split(
    ' ',
  ),
];

const LITERALS = [...LOOPBACK_FORMS, ...PRIVATE_FORMS, ...NAMES].flatMap((host, at) =>
  FRAMES.filter((_, frame) => frame === 0 || (at + frame) % 2 === 0).map((frame) => frame(host)),
);

describe('addresses that a user names', () => {
  const listeners: Server[] = [];
  let connections = 0;
  let port = 0;
  /** Names whose second answer is another one than the first. */
  const rebinding = new Map<string, readonly string[]>();
  const asked: string[] = [];
  /** What would be connected to if nothing were checked: the listener on that very address. */
  const open = (address: string): Socket => connect({ host: address, port });
  const transport: Transport = {
    async resolve(host) {
      asked.push(host);
      const times = asked.filter((name) => name === host).length;
      const answers = rebinding.get(host);
      if (answers !== undefined) return [answers[Math.min(times, answers.length) - 1] ?? ''];
      // What the system makes of a literal or a local name.
      return [host.replace(/^\[|\]$/g, '') || '127.0.0.1'];
    },
    connect: (address) => open(address === '20.0.0.1' ? '127.0.0.1' : address),
  };

  beforeAll(async () => {
    const addresses = [
      '127.0.0.1',
      '::1',
      ...Object.values(networkInterfaces()).flatMap((list = []) =>
        list.filter(({ internal }) => !internal).map(({ address, scopeid }) => (scopeid ? '' : address)),
      ),
    ];
    for (const address of new Set(addresses.filter((text) => text !== ''))) {
      const server = createServer((socket) => {
        connections += 1;
        socket
          .on('error', () => {})
          .resume()
          .end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
      });
      const isOpen = await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen({ host: address, port, exclusive: true }, () => resolve(true));
      });
      if (!isOpen) continue;
      port = (server.address() as { port: number }).port;
      listeners.push(server);
    }
  });
  beforeEach(() => {
    asked.length = 0;
    rebinding.clear();
    connections = 0;
  });
  afterAll(() => Promise.all(listeners.map((server) => new Promise((resolve) => server.close(resolve)))));

  const connectionTo = (type: 'creatio' | 'salesforce', url: string, credentials?: Readonly<Record<string, string>>) => ({
    userId: 'u',
    integrationId: 'i',
    credentials: credentials ?? (type === 'creatio' ? { instance_url: url, username: 'u', password: 'p' } : { access_token: 't', instance_url: url }),
    settings: {},
    tokens: createTokenCache({ now: () => 0 }),
    http: createOutsideHttp({ transport, answerTimeoutMs: 2_000 }),
    lock: <Result>(_name: string, _signal: AbortSignal, work: () => Promise<Result>) => work(),
  });
  const attempt = async (type: 'creatio' | 'salesforce', url: string): Promise<unknown[]> => {
    const connection = connectionTo(type, url);
    const { signal } = new AbortController();
    const validated = await providerOf(type)
      .validate(connection, signal)
      .then(
        () => 'connected',
        (error: unknown) => (error as { failure?: string }).failure,
      );
    const [synced] = await providerOf(type).upsertContacts(connection, [contactItem(1)], signal);
    return [validated, synced?.outcome === 'refused' ? synced.code : synced?.outcome];
  };

  test('are at least 300', () => {
    expect(new Set([...LITERALS, ...TRICKS]).size + RESOLVED.length).toBeGreaterThanOrEqual(300);
    expect(listeners.length).toBeGreaterThanOrEqual(1);
  });

  test('are not called where they are written as a private one, at validate and at sync', async () => {
    const passed: string[] = [];
    for (const url of [...LITERALS, ...TRICKS]) {
      for (const type of ['creatio', 'salesforce'] as const) {
        const outcome = await attempt(type, url);
        if (outcome.join() !== 'address,address') passed.push(`${type} ${JSON.stringify(url)}: ${outcome}`);
      }
    }
    expect(passed).toEqual([]);
    expect(connections).toBe(0);
    // Nor is anything about them asked of the name servers.
    expect(asked).toEqual([]);
  });

  test.each(RESOLVED)('are not called where a good name leads to %s', async (address) => {
    for (const [type, host] of [
      ['creatio', 'evil.creatio.com'],
      ['salesforce', 'evil.my.salesforce.com'],
      ['creatio', 'crm.evil-company.com'],
    ] as const) {
      rebinding.set(host, [address]);
      expect(await attempt(type, `https://${host}`)).toEqual(['address', 'address']);
    }
    expect(connections).toBe(0);
  });

  test('are not called where one address of several is private', async () => {
    const http = createOutsideHttp({ transport: { ...transport, resolve: async () => ['20.0.0.1', '10.0.0.1'] } });
    await expect(http.send({ method: 'GET', url: 'https://both.creatio.com/', headers: {} }, new AbortController().signal)).rejects.toMatchObject({
      reason: 'address',
    });
    expect(connections).toBe(0);
  });

  test('are not called when a name that was public before leads inside', async () => {
    rebinding.set('rebind.creatio.com', ['20.0.0.1', '127.0.0.1']);
    const http = createOutsideHttp({ transport });
    const ask = () => http.send({ method: 'GET', url: 'https://rebind.creatio.com/', headers: {} }, new AbortController().signal);
    await expect(ask()).resolves.toMatchObject({ status: 200 });
    // The public one is played by the listener itself: one connection, and no other.
    await expect(ask()).rejects.toMatchObject({ reason: 'address' });
    expect([connections, asked.length]).toEqual([1, 2]);
  });

  test('connect to the addresses that were checked, without asking for the name again', async () => {
    const { connect: _, ...resolveOnly } = transport;
    rebinding.set('once.creatio.com', ['20.0.0.1', '127.0.0.1']);
    const stop = AbortSignal.timeout(50);
    await createOutsideHttp({ transport: resolveOnly })
      .send({ method: 'GET', url: 'https://once.creatio.com/', headers: {} }, stop)
      .catch(() => {});
    expect([connections, asked]).toEqual([0, ['once.creatio.com']]);
  });

  test.each(CRM_PROVIDERS.map(({ type }) => type))('of %s are checked on the way through the system too', async (type) => {
    // The real resolver: these names are in every hosts file, or nowhere.
    const http = createOutsideHttp();
    for (const host of ['localhost', 'ip6-localhost', 'localhost.localdomain']) {
      await expect(http.send({ method: 'GET', url: `https://${host}/${type}`, headers: {} }, new AbortController().signal)).rejects.toBeInstanceOf(
        CrmUnreachable,
      );
    }
    expect(connections).toBe(0);
  });

  test.each([
    ['https://acme.creatio.com', 'https://acme.creatio.com'],
    [' https://ACME.creatio.com/ ', 'https://acme.creatio.com'],
    ['https://crm.acme.co.uk/creatio/', 'https://crm.acme.co.uk/creatio'],
    ['https://bücher.de', 'https://xn--bcher-kva.de'],
    ['https://acme.creatio.com:443/', 'https://acme.creatio.com'],
  ])('are taken where they are plain: %s', (given, site) => {
    expect(siteOf(given)).toBe(site);
  });

  test.each(['https://evilsalesforce.com', 'https://salesforce.com.evil.com', 'https://salesforce.com', 'https://evil.com/salesforce.com'])(
    'are not taken for Salesforce: %s',
    (url) => {
      expect(() => siteOf(url, ['salesforce.com'])).toThrow(CrmUnreachable);
    },
  );

  test.each(['login.evil.com/', 'login@evil.com', 'evil.com#', 'a.b', 'login%2e', 'login/', '127.0.0.1', 'x'.repeat(80)])(
    'are not made of a domain like %s',
    async (domain) => {
      const credentials = { client_id: 'c', client_secret: 's', username: 'u', password: 'p', domain };
      const [result] = await providerOf('salesforce').upsertContacts(
        connectionTo('salesforce', '', credentials),
        [contactItem(1)],
        new AbortController().signal,
      );
      expect(result?.outcome === 'refused' || asked.every((host) => host.endsWith('.salesforce.com'))).toBe(true);
      expect(connections).toBe(0);
    },
  );

  test.each(['8.8.8.8', '20.0.0.1', '172.15.0.1', '172.32.0.1', '192.167.1.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'count as public: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([...RESOLVED, '168.63.129.16', '192.88.99.1', '::7f00:1', '3fff::1', 'fe80::1%eth0', '', 'x', '127.1'])('count as closed: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
