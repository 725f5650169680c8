import { http } from '@google-cloud/functions-framework';
import { loadConfig } from '../shared/config.ts';
import { print } from '../shared/log.ts';

const functions: Record<string, () => Promise<unknown>> = {
  extract: () => import('./extract/index.ts'),
  load: () => import('./load/index.ts'),
};

http('function', async () => {
  print(`${loadConfig()} ${new Date().toISOString()}`);
  await functions['load']?.();
});
