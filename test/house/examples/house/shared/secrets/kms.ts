import { GoogleAuth } from 'google-auth-library';

export async function decrypt(text: string): Promise<unknown> {
  return await new GoogleAuth().request(text);
}
