import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

export async function migrate(): Promise<void> {
  await runner(new Client());
}
