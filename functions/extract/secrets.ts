import type { SettingValues, Source } from '../../shared/source.ts';

/** Takes bytes in order and gives them back as they may be stored; a part may wait for what comes behind it. */
export interface Redaction {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

const HIDDEN = Buffer.from('***');
const NOTHING = Buffer.alloc(0);

/** Changes nothing. */
export const AS_IT_IS: Redaction = { push: (chunk) => chunk, end: () => NOTHING };

/** The secrets of a source as they may stand in an answer: as they are, in an address, and in JSON with `/` written as `\/`. */
export function secretsOf({ settings }: Source, values: SettingValues): readonly Buffer[] {
  const texts = Object.entries(settings).flatMap(([name, { kind }]) => (kind === 'secret' && values[name] ? [values[name]] : []));
  const written = texts.flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), text.replaceAll('/', String.raw`\/`)]);
  return [...new Set(written)].sort((a, b) => b.length - a.length).map((text) => Buffer.from(text));
}

/** The bytes with `***` in the place of each secret. */
export function withoutSecrets(bytes: Buffer, secrets: readonly Buffer[]): Buffer {
  return secrets.reduce(without, bytes);
}

/** The same of bytes that come in chunks: a secret that lies across two of them is found, too. */
export function redaction(secrets: readonly Buffer[]): Redaction {
  const overlap = Math.max(0, ...secrets.map(({ length }) => length - 1));
  let rest = NOTHING;
  return {
    push(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      const border = borderIn(bytes, Math.max(0, bytes.length - overlap), secrets);
      rest = bytes.subarray(border);
      return withoutSecrets(bytes.subarray(0, border), secrets);
    },
    end: () => withoutSecrets(rest, secrets),
  };
}

/** The last place up to `latest` that lies within no secret. */
function borderIn(bytes: Buffer, latest: number, secrets: readonly Buffer[]): number {
  const across = secrets.map((secret) => bytes.indexOf(secret, Math.max(0, latest - secret.length + 1))).filter((at) => at >= 0 && at < latest);
  return across.length === 0 ? latest : borderIn(bytes, Math.min(...across), secrets);
}

function without(bytes: Buffer, secret: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, from)) {
    parts.push(bytes.subarray(from, at), HIDDEN);
    from = at + secret.length;
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
}
