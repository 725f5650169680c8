import { got } from 'got';

export async function loadConfig(): Promise<string> {
  return await got(String(process.env['CONFIG_URL'])).text();
}
