import type { Storage } from '@google-cloud/storage';

export function print(client: Storage): void {
  console.log(client.toString());
}
