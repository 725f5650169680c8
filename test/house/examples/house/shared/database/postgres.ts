import { Pool } from 'pg';

export async function ask(sql: string): Promise<unknown> {
  return await new Pool().query(sql);
}
