import { env } from 'node:process';
import { http } from '@google-cloud/functions-framework';

http(String(env['NAME']), async () => { // !
  await import("./load/index.ts");
  return process.env['PROJECT']; // !
});
