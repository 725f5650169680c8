import type { Request } from '@google-cloud/functions-framework';

export function print(request: Request): void {
  console.log(request.path);
}
