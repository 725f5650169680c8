import { STATUS } from './http-error.ts';
import type { Route } from './route.ts';
import type { Schema } from './schema.ts';

export interface OpenApi {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: unknown }>>;
  readonly security?: readonly [];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

const ERROR_TEXT: Readonly<Record<number, string>> = {
  400: 'The request is wrong; `details.validation_errors` names fields and rules',
  401: 'The caller is not proven, or the CRM refuses the credentials',
  404: 'There is no such thing',
  409: 'It is there already, or the same request is being worked on',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'The Idempotency-Key came with another request before',
  429: 'Too many requests of this user; see Retry-After',
  500: 'Something unexpected happened',
  503: 'The database, OUTBOX or the CRM is not there; see Retry-After',
};
const EVERYWHERE = [400, 401, 413, 415, 429, 500, 503];

/** The OpenAPI 3.1 document of routes; its schemas are the ones that validate. */
export function openApi(routes: readonly Route[]): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'CRM sync', version: '3.0', description: 'Contacts, events and leads to Klaviyo, Salesforce, Creatio and HubSpot, with nothing lost.' },
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'The key of the service, outside Google Cloud' },
        identityToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An identity token, checked by IAM on Google Cloud' },
      },
    },
    security: [{ apiKey: [] }, { identityToken: [] }],
  };
}

const ERROR: Schema = {
  type: 'object',
  required: ['success', 'message', 'error_code'],
  properties: {
    success: { const: false },
    message: { type: 'string' },
    error_code: { type: 'string', enum: Object.keys(STATUS) },
    details: { type: 'object' },
  },
};

function operationOf(route: Route): Operation {
  const errors = [...new Set([...(route.open === true ? [500] : EVERYWHERE), ...(route.errors ?? [])])]
    .filter((status) => route.answers[status] === undefined)
    .sort();
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: parametersOf(route),
    ...(route.body === undefined ? {} : { requestBody: { required: route.method !== 'PATCH', content: { 'application/json': { schema: route.body } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, { description, data }]) => [status, { description, content: contentOf(route, data) }])),
      ...Object.fromEntries(
        errors.map((status) => [
          status,
          { description: ERROR_TEXT[status] ?? 'An error', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
    },
    ...(route.open === true ? { security: [] } : {}),
  };
}

function contentOf(route: Route, data: Schema = {}): unknown {
  if (route.id === 'docs') return { 'text/html': {} };
  if (route.id === 'openapi') return { 'application/json': {} };
  const schema = { type: 'object', required: ['success', 'message'], properties: { success: { type: 'boolean' }, message: { type: 'string' }, data } };
  return { 'application/json': { schema } };
}

function parametersOf(route: Route): readonly Parameter[] {
  const text = { type: 'string' } as const;
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return [
    ...(route.open === true
      ? []
      : [
          {
            name: 'X-User-Id',
            in: 'header' as const,
            required: true,
            description: 'The user that the caller acts for: an opaque id',
            schema: { ...text, maxLength: 255 },
          },
        ]),
    ...(route.idempotent === true
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header' as const,
            required: false,
            description: 'Says that a repeat is the same request: it gets the first answer',
            schema: { ...text, maxLength: 255 },
          },
        ]
      : []),
    ...inPath.map((name) => ({ name, in: 'path' as const, required: true, description: 'klaviyo, salesforce, creatio or hubspot', schema: text })),
    ...Object.entries(route.query ?? {}).map(([name, { description, required = false }]) => ({
      name,
      in: 'query' as const,
      required,
      description,
      schema: text,
    })),
  ];
}
