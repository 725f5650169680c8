import { type Block, readHcl } from '../../support/hcl.ts';

/** What an address of a resource, a data source or a local (`local.name`) is made of, as text. */
type Parts = ReadonlyMap<string, string>;

/** Finds what `terraform apply -target=…` makes of these files: the targets and whatever they refer to, however far. */
export function closureOf(files: readonly string[]): (targets: readonly string[]) => ReadonlySet<string> {
  const parts = partsOf(files.flatMap(readHcl));
  return (targets) => {
    const found = new Set<string>();
    const open = [...targets];
    for (let address = open.pop(); address !== undefined; address = open.pop()) {
      if (found.has(address)) continue;
      const text = parts.get(address);
      if (text === undefined) throw new Error(`the files have no ${address}`);
      found.add(address);
      open.push(...[...parts.keys()].filter((name) => new RegExp(`(?<![\\w.])${RegExp.escape(name)}(?!\\w)`).test(text)));
    }
    return found;
  };
}

function partsOf(blocks: readonly Block[]): Parts {
  const made = blocks
    .filter(({ type }) => type === 'resource' || type === 'data')
    .map((block) => [[...(block.type === 'data' ? ['data'] : []), ...block.labels].join('.'), textOf(block)] as const);
  const locals = blocks
    .filter(({ type }) => type === 'locals')
    .flatMap(({ attributes }) => [...attributes].map(([name, text]) => [`local.${name}`, text] as const));
  return new Map([...made, ...locals]);
}

function textOf({ attributes, blocks }: Block): string {
  return [...attributes.values(), ...blocks.map(textOf)].join('\n');
}
