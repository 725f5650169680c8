import { getTestServer } from '@google-cloud/functions-framework';

export function serve(): void {
  console.log(getTestServer('function')); // !
}
