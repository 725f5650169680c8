import { connect } from 'node:net';
import type { Transport } from '../../../../shared/http-outside.ts';

/** A public address that stands for every host; nothing is ever sent there, the connection goes to the host's stand-in. */
const SOMEWHERE_PUBLIC = '20.0.0.1';

/** Leads the host names of the CRMs to the stand-ins on loopback (without TLS) and knows no other host. */
export function loopbackTransport(hosts: ReadonlyMap<string, string>): Transport {
  return {
    async resolve(host) {
      if (!hosts.has(host)) throw Object.assign(new Error(`no stand-in for ${host}`), { code: 'ENOTFOUND' });
      return [SOMEWHERE_PUBLIC];
    },
    connect(_address, host) {
      const { hostname, port } = new URL(hosts.get(host) ?? '');
      return connect({ host: hostname, port: Number(port) });
    },
  };
}
