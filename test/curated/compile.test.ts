import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels, DATAFORM_DIR } from '../../infra/curated/compile.ts';

const SETTINGS = `dataformCoreVersion: 3.0.62
defaultProject: crm-data
defaultLocation: northamerica-northeast1
defaultDataset: marts
defaultAssertionDataset: model_tests
`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'models-'));
  await cp(DATAFORM_DIR, dir, { recursive: true });
});
afterAll(() => rm(dir, { recursive: true }));

describe('the models', () => {
  test.each([
    ['is not set', ''],
    ['is empty', 'vars:\n  reportingCurrency: ""\n'],
    ['is no code', 'vars:\n  reportingCurrency: pound\n'],
  ])('do not compile where the reporting currency %s: no amount would have a rate', async (_what, vars) => {
    await writeFile(join(dir, 'workflow_settings.yaml'), `${SETTINGS}${vars}`);
    await expect(compileModels(dir)).rejects.toThrow('workflow_settings.yaml: set vars.reportingCurrency to the ISO 4217 code of a currency');
  });
});
