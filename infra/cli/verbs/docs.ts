import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileModels } from '../../curated/compile.ts';
import { documentation } from '../../curated/docs/pages.ts';
import { deployed } from '../deployed.ts';
import { defineVerb } from '../verb.ts';

export const docs = defineVerb({
  name: 'docs',
  summary: 'Writes the documentation of the curated tables: dictionary, metrics, lineage, tests',
  details:
    'Everything comes from the streams and the compiled models: nothing is asked and nothing needs to have run. The pages are Markdown,\n' +
    'the pictures Mermaid, in the folder docs of the state. They are not kept with the code, so that they are never older than it.',
  examples: ['npm run docs'],
  operands: {},
  options: {},
  state: 'new',
  onCloud: false,
  async run({ dir, out }) {
    const folder = join(dir, 'docs');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const { file, text } of documentation(await compileModels(), deployed.streams)) {
      await writeFile(join(folder, file), text);
      out(`written: ${join(folder, file)}`);
    }
    return 0;
  },
});
