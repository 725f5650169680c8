import { get } from '../../shared/http.ts';
import { streams } from '../../shared/streams/index.ts';

export async function extract(): Promise<string> {
  const pages = await Promise.all(streams.map(({ url }) => get(url)));
  return pages.join('');
}
