import { openApi } from '../openapi.ts';
import { docsPage } from '../docs-page.ts';
import type { Route } from '../route.ts';

/** The description of the other routes, for programs and for people. */
export function documentationRoutes(routes: readonly Route[]): readonly Route[] {
  const document = openApi(routes);
  const page = docsPage(document);
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      id: 'openapi',
      summary: 'This description, as OpenAPI 3.1',
      open: true,
      answers: { 200: { description: 'The document' } },
      handle: async () => ({ status: 200, body: document }),
    },
    {
      method: 'GET',
      path: '/docs',
      id: 'docs',
      summary: 'This description, as a page',
      open: true,
      answers: { 200: { description: 'The page' } },
      handle: async () => ({ status: 200, body: page, headers: { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" } }),
    },
  ];
}
