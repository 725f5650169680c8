/** The records of one kind, by id and by the text of a field: an account grows, and a search in it must not become slower. */
export interface Table<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  insert(id: string, row: Row): void;
  /** Changes records that are there. */
  change(work: () => void): void;
  /** Those that have this text in the field, without regard to case, in the order in which they came. */
  having(field: string, text: string): readonly (readonly [string, Row])[];
}

/** Makes an empty table; `held` says what a record has in a field. */
export function tableOf<Row>(held: (row: Row, field: string) => unknown): Table<Row> {
  const rows = new Map<string, Row>();
  const indexes = new Map<string, Map<string, (readonly [string, Row])[]>>();
  const keyOf = (text: unknown): string => String(text ?? '').toLowerCase();
  const add = (field: string, index: Map<string, (readonly [string, Row])[]>, entry: readonly [string, Row]): void => {
    const key = keyOf(held(entry[1], field));
    const known = index.get(key);
    if (known === undefined) index.set(key, [entry]);
    else known.push(entry);
  };
  return {
    rows,
    insert(id, row) {
      rows.set(id, row);
      for (const [field, index] of indexes) add(field, index, [id, row]);
    },
    change(work) {
      work();
      indexes.clear();
    },
    having(field, text) {
      let index = indexes.get(field);
      if (index === undefined) {
        index = new Map();
        for (const entry of rows) add(field, index, entry);
        indexes.set(field, index);
      }
      return index.get(keyOf(text)) ?? [];
    },
  };
}
