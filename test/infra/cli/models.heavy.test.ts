import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openWorkplace, type Workplace } from './command.ts';

jest.setTimeout(60_000);

test('npm run docs writes pages that lead to each other, without a warehouse', async () => {
  const place = await openWorkplace();
  const { code, out } = await place.call('docs');
  expect(code).toBe(0);
  const files = [...out.matchAll(/^written: (.*)$/gm)].map(([, file = '']) => file);
  expect(files.map((file) => basename(file))).toEqual([
    ...['README.md', 'data-dictionary.md', 'metric-catalogue.md', 'lineage.md', 'tests.md', 'exposures.md', 'for-dbt-users.md'],
  ]);
  expect(await readFile(files[0] ?? '', 'utf8')).toContain('[Metric catalogue](metric-catalogue.md)');
  await place.remove();
});

describe('npm run models', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await openWorkplace();
  });
  afterAll(() => place.remove());

  test('builds everything on a folder that is empty', async () => {
    const { code, out } = await place.call('models');
    expect(code).toBe(0);
    expect(out).toMatch(/^table +marts\.dim_stores +built, 1 row, \d+ ms$/m);
    expect(out).toMatch(/^model_tests +\d+ passed, [\d,]+ ms$/m);
    expect(await place.rows("SELECT outcome, rows FROM ops.model_runs WHERE model = 'marts.dim_stores'")).toEqual([{ outcome: 'built', rows: 1 }]);
  });

  test('tells of a failed critical test, what it stops and where its rows are, and exits with 1', async () => {
    const row = { accnt_name: 'Herbe', accnt_city: 'Ottawa', accnt_prov: 'ON', latitude: 45.4, longitude: -75.7 };
    await place.load('ezfocus/accounts', [{ ...row, accnt_no: 'A' }]);
    await place.sql('INSERT INTO WM_SalesTeam.Accounts_List SELECT * FROM WM_SalesTeam.Accounts_List');
    const { code, out } = await place.call('models', 'run', '--select', 'dim_stores+');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^assertion +model_tests\.dim_stores__unique +failed \(critical\), 1 row fails, e\.g\. \{"store_key":"?\d+"?,"row_count":2\}, \d+ ms$/m,
    );
    expect(out).toMatch(/^ {2}Its rows: npm run pipeline -- query "SELECT \* FROM model_tests\.dim_stores__unique"/m);
    expect(out).toMatch(/^table +metrics\.mtr_sales_coverage +skipped, model_tests\.dim_stores__unique failed$/m);
    expect(await place.rows('SELECT * FROM model_tests.dim_stores__unique')).toHaveLength(1);
  });

  test('test --json gives an object on one line, and tags choose', async () => {
    const { code, out, err } = await place.call('models', 'test', '--tags', 'critical', '--json');
    expect(code).toBe(1);
    expect(out.split('\n')).toHaveLength(2);
    const { ok, steps }: { ok: boolean; steps: { outcome: string; critical: boolean }[] } = JSON.parse(out);
    expect(ok).toBe(false);
    expect(steps.filter(({ critical }) => !critical)).toEqual([]);
    expect(steps.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      expect.objectContaining({ name: 'model_tests.dim_stores__unique', outcome: 'failed', failing: 1 }),
    ]);
    expect(err).toContain('failed (critical)');
  });

  test('list shows what there is, without a warehouse', async () => {
    const { code, out } = await place.call('models', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(/^model_tests\.dim_stores__unique +assertion +tests, critical +marts\.dim_stores$/m);
    expect(out).toMatch(/^unit_mtr_sales_coverage +unit test +definitions\/tests\/unit_mtr_sales_coverage\.sqlx$/m);
  });

  test('a tag that nothing has, and what goes with another step, are one line', async () => {
    for (const what of ['run', 'test', 'list']) {
      expect(await place.call('models', what, '--tags', 'critcal')).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^there is no tag "critcal"; there are analytics, [^\n]*critical[^\n]*\n$/),
      });
    }
    expect(await place.call('models', 'list', '--select', 'nope')).toMatchObject({ code: 1, err: expect.stringMatching(/^there is no model "nope"/) });
    for (const option of [['--select', 'dim_stores'], ['--tags', 'critical'], ['--json']]) {
      expect(await place.call('models', 'sources', ...option)).toMatchObject({
        code: 2,
        err: expect.stringContaining(`${option[0]} does not go with sources`),
      });
    }
  });

  test('a choice of tests that holds none fails', async () => {
    expect(await place.call('models', 'test', '--tags', 'marts')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^there is nothing to test: [^\n]*\n$/),
    });
  });

  test('list shows the part that is asked for', async () => {
    const names = async (...words: string[]) =>
      JSON.parse((await place.call('models', 'list', '--json', ...words)).out).map(({ name }: { name: string }) => name);
    expect(await names('--select', 'dim_stores')).toEqual(expect.arrayContaining(['marts.dim_stores', 'model_tests.dim_stores__unique']));
    expect(await names('--select', 'dim_stores')).not.toContain('marts.fct_call_reports');
    expect(await names('--tags', 'critical')).not.toContain('marts.dim_stores');
    expect(await names('--tags', 'critical')).toContain('model_tests.dim_stores__unique');
  });

  test('a wrong word or name is one line', async () => {
    expect(await place.call('models', 'build')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^models: run\|test\|list\|sources "build" is not one of [^\n]*\n$/),
    });
    expect(await place.call('models', 'test', '--full-refresh')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^models: --full-refresh goes with run/),
    });
    expect(await place.call('models', '--select', 'nothing')).toMatchObject({ code: 1, err: 'there is no model "nothing": "models list" shows them\n' });
  });
});
