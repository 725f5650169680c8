import { spawnSync } from 'node:child_process';
import { startDebianPostgres } from './support/debian-postgres.ts';
const s = await startDebianPostgres();
const r = spawnSync(process.execPath, ['test/guards/main.ts', ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, DATABASE_URL: s!.dsn } });
await s!.stop();
process.exitCode = r.status ?? 1;
