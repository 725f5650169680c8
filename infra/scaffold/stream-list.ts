import { CommandError } from '../cli/cli-error.ts';
import type { StreamName } from './source-text.ts';

const IMPORT = /^import \{ ([^}]*) \} from '(\.\/[^']+)';$/;
const LIST = /(export const streams: readonly Stream\[\] = \[)([^\]]*?)(,?\s*)(\];)/;

/** The list of streams (shared/streams/index.ts) with one more in it; its import stands among the others in order. */
export function withStream(index: string, { source, constant, stream }: StreamName, file: string): string {
  const path = `./${source}/${file}`;
  const lines = index.split('\n');
  const names = new Set(
    lines.flatMap(
      (line) =>
        IMPORT.exec(line)?.[1]
          ?.split(',')
          .map((name) => name.trim().split(' ').at(-1)) ?? [],
    ),
  );
  const entry = names.has(constant) ? camelCase(`${source}_${stream}`) : constant;
  if (names.has(entry)) throw new CommandError(`shared/streams/index.ts has a ${entry} already: name the stream otherwise`);
  const statement = `import { ${entry === constant ? entry : `${constant} as ${entry}`} } from '${path}';`;
  const imports = lines.flatMap((line, at) => (IMPORT.test(line) ? [{ at, path: IMPORT.exec(line)?.[2] ?? '' }] : []));
  const before = imports.find((other) => other.path > path)?.at ?? (imports.at(-1)?.at ?? -1) + 1;
  lines.splice(before, 0, statement);
  const text = lines.join('\n');
  if (!LIST.test(text)) throw new CommandError('shared/streams/index.ts has no list "streams" to add to');
  return text.replace(
    LIST,
    (_all, head: string, items: string, _end: string, tail: string) => `${head}${items.trim() === '' ? '' : `${items}, `}${entry}${tail}`,
  );
}

/** `support_tickets` is `supportTickets`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()).replaceAll('_', '');
}
