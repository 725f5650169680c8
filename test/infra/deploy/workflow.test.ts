import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readJobs } from '../../support/workflow.ts';

const ROOT = join(import.meta.dirname, '../../..');
const jobs = await readJobs();
const workflow = await readFile(join(ROOT, '.github/workflows/ci.yml'), 'utf8');
const pages = await Promise.all(['README.md', 'infra/README.md', '.github/CONTRIBUTING.md'].map((file) => readFile(join(ROOT, file), 'utf8')));

describe('the workflow', () => {
  test('tests, deploys to staging and only then to production', () => {
    expect(jobs.map(({ name }) => name)).toEqual(['test', 'heavy', 'cloud', 'terraform', 'staging', 'production']);
    expect(jobs.map(({ text }) => /needs: (.*)/.exec(text)?.[1])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      '[test, heavy, cloud, terraform]',
      'staging',
    ]);
    expect(jobs.find(({ name }) => name === 'staging')?.text).toContain("if: github.ref == 'refs/heads/main' && github.event_name == 'push'");
  });

  test('has commands of one line, which the documentation has too', () => {
    expect(workflow).not.toMatch(/run: [|>]/);
    const commands = jobs.flatMap(({ runs }) => runs).filter((run) => !run.startsWith('printf'));
    expect(commands.length).toBeGreaterThan(12);
    for (const command of commands) expect(pages.join('\n')).toContain(command.replace(/ --project "\$PROJECT" --env \w+/, ''));
  });

  test('knows no secret: an identity is exchanged where something is deployed, and nowhere else', () => {
    expect(workflow).not.toMatch(/secrets\.|credentials_json/);
    for (const { name, text } of jobs) expect(text.includes('id-token: write')).toBe(['staging', 'production'].includes(name));
  });

  test('puts nothing into a command that somebody else may have written', () => {
    for (const { runs } of jobs) for (const run of runs) expect(run).not.toContain('${{');
  });
});

test('dependabot looks at packages, actions and providers, and leaves alone what does not install together', async () => {
  const text = await readFile(join(ROOT, '.github/dependabot.yml'), 'utf8');
  expect([...text.matchAll(/package-ecosystem: (\w[\w-]*)/g)].map(([, name]) => name)).toEqual(['npm', 'github-actions', 'terraform']);
  const { dependencies, devDependencies, overrides } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  for (const [, name = ''] of text.matchAll(/dependency-name: '?([^'\n]+)/g))
    expect({ ...dependencies, ...devDependencies, ...overrides }).toHaveProperty([name]);
});
