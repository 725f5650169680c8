import type { SettingValues, Source } from '../../shared/source.ts';

const HIDDEN = Buffer.from('***');

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

function without(bytes: Buffer, secret: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, from)) {
    parts.push(bytes.subarray(from, at), HIDDEN);
    from = at + secret.length;
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
}
