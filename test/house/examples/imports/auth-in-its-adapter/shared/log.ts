import type { GoogleAuth } from 'google-auth-library';

export function print(client: GoogleAuth): void {
  console.log(client.toString());
}
