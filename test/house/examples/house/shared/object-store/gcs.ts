import { Storage } from '@google-cloud/storage';

export async function readObject(name: string): Promise<string> {
  return await new Storage().read(name);
}
