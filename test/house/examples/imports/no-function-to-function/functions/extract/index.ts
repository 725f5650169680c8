import { get } from '../../shared/http.ts';
import { streams } from '../../shared/streams/index.ts';
import { load } from '../load/index.ts';

export async function extract(): Promise<string> {
  const page = await get(String(streams[0]?.url));
  await load({ name: page, time: page });
  return page;
}
