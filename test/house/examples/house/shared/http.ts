import { got } from 'got';

export async function get(url: string): Promise<string> {
  return await got(url).text();
}
