/** What a report can be filtered and grouped by. */
export interface Dimension {
  readonly label: string;
  /** Its column in the tables that have it. */
  readonly column: string;
  /** The column without which a member is not one: two sources may have a stream of the same name. */
  readonly within?: string;
  /** Its scope in tables of figures by scope, where it is not its own name. */
  readonly scope?: string;
  /** Members in an order of their own; others follow by name. */
  readonly order?: readonly string[];
  /** Members in words, where what the table says is none. */
  readonly words?: Readonly<Record<string, string>>;
}

export const dimensions = {
  campaign_channel: { label: 'Campaign channel', column: 'campaign_channel' },
  campaign: { label: 'Campaign', column: 'campaign' },
  order_channel: { label: 'Order channel', column: 'order_channel' },
  country: { label: 'Country', column: 'country' },
  utm_source: { label: 'UTM source', column: 'utm_source' },
  payment_method: { label: 'Payment method', column: 'payment_method' },
  location: { label: 'Location', column: 'location' },
  income: { label: 'Income', column: 'income_bracket', scope: 'income_bracket', order: ['Low', 'Medium', 'High'] },
  gender: { label: 'Gender', column: 'customer_gender', scope: 'gender' },
  age: { label: 'Age', column: 'age_band', scope: 'age_band', order: [] },
  product: { label: 'Product', column: 'product_name', scope: 'product' },
  category_group: { label: 'Category group', column: 'category_group' },
  ticket_channel: { label: 'Ticket channel', column: 'channel', scope: 'channel' },
  priority: { label: 'Priority', column: 'priority', order: ['Low', 'Medium', 'High', 'Critical'] },
  issue: { label: 'Issue', column: 'issue_type', scope: 'issue_type' },
  ticket_type: { label: 'Ticket type', column: 'ticket_type' },
  resolution: {
    label: 'Resolution time',
    column: 'is_resolved_valid',
    words: { true: 'valid (as in the old report)', false: 'missing or not valid' },
  },
  chain: { label: 'Chain', column: 'chain', words: { none: 'no chain' } },
  store_class: { label: 'Store class', column: 'store_class', words: { none: 'no class' } },
  source: { label: 'Source', column: 'source' },
  stream: { label: 'Stream', column: 'stream', within: 'source' },
  rule: { label: 'Rule', column: 'rule' },
  field: { label: 'Field', column: 'field' },
} as const satisfies Readonly<Record<string, Dimension>>;

export type DimensionId = keyof typeof dimensions;

export const dimensionIds = Object.keys(dimensions) as readonly DimensionId[];

/** The dimension of this name. */
export function dimension(id: DimensionId): Dimension {
  return dimensions[id];
}

const regions = new Intl.DisplayNames('en-GB', { type: 'region', fallback: 'code' });

/** A member in words; of a campaign its name, where `names` has it. Its direction stays its own: it turns no number around. */
export function memberText(id: DimensionId, word: string, names?: ReadonlyMap<string, string>): string {
  const text = wordsOf(id, word, names).replaceAll(DIRECTIONS, '');
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** Characters that change the direction of what follows. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufefc]/;

function wordsOf(id: DimensionId, word: string, names?: ReadonlyMap<string, string>): string {
  const known = dimension(id).words?.[word];
  if (known !== undefined) return known;
  if (id === 'country' && /^[A-Z]{2}$/.test(word)) return regions.of(word) ?? word;
  if (id === 'payment_method') return word.replaceAll('_', ' ');
  return names?.get(word) ?? word;
}

/** Members by their own order, else by name; what stands for none or all others comes last. */
export function compareMembers(id: DimensionId): (a: string, b: string) => number {
  const order = dimension(id).order ?? [];
  const place = (word: string) => {
    if (word === 'none' || word === '(others)') return Number.MAX_SAFE_INTEGER;
    const at = order.indexOf(word);
    return at < 0 ? order.length : at;
  };
  return (a, b) => place(a) - place(b) || a.localeCompare(b, 'en-GB');
}
