import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInStreams, streams } from '../../shared/streams/index.ts';
import { compileModels } from '../curated/compile.ts';
import { declared } from './declared.ts';

/** `npm run infra:vars`: writes what Terraform is told of streams and models. */
const VARS = join(import.meta.dirname, '../terraform/declared.auto.tfvars.json');

await writeFile(VARS, `${JSON.stringify(declared(streams, builtInStreams, await compileModels()), null, 2)}\n`);
process.stdout.write(`${VARS}\n`);
