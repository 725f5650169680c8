/** A generated value twice: as some source may write it, and as the product has to write it. */
export interface Twice {
  readonly source: string;
  readonly exact: string;
}

/** What documents are made of. */
export interface Style {
  /** 0 to 1. */
  readonly random: () => number;
  /** What may stand between tokens; none in compact documents. */
  readonly spaces: readonly string[];
}

/** Pieces of strings: what a reader could take for structure, every way to write a character, every length of UTF-8. */
const PIECES: readonly Twice[] = [
  ...[
    'a',
    ' ',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '},{',
    '}, {',
    ']}',
    '[1,',
    ': -0',
    ' 1e5,',
    ',1.0',
    "'",
    '//',
    '\u007f',
    'é',
    '東',
    '😀',
    '\u2028',
    '\ufeff',
  ].map(same),
  ...['\\"', '\\\\', '\\\\\\"', '\\n', '\\t', '\\b', '\\u0000', '\\u001f', '\\ud800', '\\udfff'].map(same),
  { source: '\\/', exact: '/' },
  { source: '\\u0041', exact: 'A' },
  { source: '\\u005C\\u0022', exact: '\\\\\\"' },
  { source: '\\u000A', exact: '\\n' },
  { source: '\\u007B', exact: '{' },
  { source: '\\uD83D\\uDE00', exact: '😀' },
];
const NUMBERS = ['0', '-0', '1', '-1', '12', '12.0', '1.5', '-0.0', '0.10', '1e5', '1E400', '-1e-400', '0.0000001', '1.0e+2', '100000000000000000000'];
const LONG_NUMBERS = ['9007199254740993', '-12345678901234567890.5', '0.1234567890123456789', '123456789012345'];
const NAMES = ['__proto__', 'constructor', 'toString', 'length', '', '},{'];
const MAX_DEPTH = 4;

/** Between 0 and `limit - 1`. */
export function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** Makes an array of up to `length` elements; most of them are objects. */
export function randomElements(style: Style, length: number): readonly Twice[] {
  return Array.from({ length: below(style.random, length + 1) }, () => (style.random() < 0.7 ? object(style, 1) : value(style, 1)));
}

/** Lays elements out between brackets. */
export function arrayOf(style: Style, elements: readonly Twice[]): Twice {
  return enclosed(style, '[', elements, ']');
}

/** White space as the style has it. */
export function space({ random, spaces }: Style): string {
  return spaces.length === 0 ? '' : (spaces[below(random, spaces.length)] ?? '');
}

function value(style: Style, depth: number): Twice {
  const roll = style.random();
  if (roll < 0.3) return string(style);
  if (roll < 0.55) return number(style);
  if (roll < 0.7 || depth >= MAX_DEPTH) return same(['true', 'false', 'null'][below(style.random, 3)] ?? 'null');
  return roll < 0.85
    ? object(style, depth + 1)
    : enclosed(
        style,
        '[',
        several(style, () => value(style, depth + 1)),
        ']',
      );
}

function object(style: Style, depth: number): Twice {
  let count = 0;
  const members = several(style, () => {
    count += 1;
    const name = style.random() < 0.1 ? same(`"${NAMES[below(style.random, NAMES.length)]}_${count}"`) : string(style, `k${count}`);
    const member = value(style, depth);
    return { source: `${name.source}${space(style)}:${space(style)}${member.source}`, exact: `${name.exact}:${member.exact}` };
  });
  const special = style.random() < 0.05 ? [same(`"${NAMES[below(style.random, NAMES.length)]}":-0`)] : [];
  return enclosed(style, '{', [...members, ...special], '}');
}

function enclosed(style: Style, open: string, parts: readonly Twice[], close: string): Twice {
  const gap = (): string => space(style);
  const source = parts.map((part) => `${gap()}${part.source}${gap()}`).join(',');
  return { source: `${open}${source}${gap()}${close}`, exact: `${open}${parts.map((part) => part.exact).join(',')}${close}` };
}

function several(style: Style, make: () => Twice): readonly Twice[] {
  return Array.from({ length: below(style.random, 4) }, make);
}

function string({ random }: Style, end = ''): Twice {
  let source = '';
  let exact = '';
  for (let left = below(random, 5); left > 0; left -= 1) {
    const piece = PIECES[below(random, PIECES.length)] ?? same('');
    source += piece.source;
    exact += piece.exact;
    // Two halves that meet would be one character.
    if (piece.exact.startsWith('\\ud')) {
      source += '.';
      exact += '.';
    }
  }
  return { source: `"${source}${end}"`, exact: `"${exact}${end}"` };
}

function number({ random }: Style): Twice {
  const roll = random();
  if (roll < 0.4) return same(NUMBERS[below(random, NUMBERS.length)] ?? '0');
  if (roll < 0.5) return same(LONG_NUMBERS[below(random, LONG_NUMBERS.length)] ?? '0');
  const whole = String(below(random, 10 ** below(random, 16)));
  const fraction = random() < 0.5 ? '' : `.${below(random, 10 ** below(random, 9))}`;
  const exponent = random() < 0.8 ? '' : `${random() < 0.5 ? 'e' : 'E'}${['', '+', '-'][below(random, 3)]}${below(random, 30)}`;
  return same(`${random() < 0.3 ? '-' : ''}${whole}${fraction}${exponent}`);
}

function same(text: string): Twice {
  return { source: text, exact: text };
}
