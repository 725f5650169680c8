import { defineSource, secret, text, url } from '../../source.ts';

/**
 * Supabase: PostgREST in front of a project's Postgres. The gateway looks at the header apikey, PostgREST at the bearer
 * token. A role that row level security keeps from rows gets none of them, without an error: the key must be one that sees all.
 */
export const supabase = defineSource({
  name: 'supabase',
  title: 'Supabase',
  settings: {
    baseUrl: url('SUPABASE_URL', 'Address of the project, without /rest/v1'),
    key: secret('SUPABASE_KEY', 'Secret key of the project (service_role)'),
    schema: text('SUPABASE_SCHEMA', 'Schema of the tables', { default: 'public' }),
  },
  baseUrl: 'baseUrl',
  auth: [
    { type: 'api_key', in: 'header', name: 'apikey', key: 'key' },
    { type: 'bearer', token: 'key' },
  ],
  // Codes of PostgREST and of Postgres; those of a database that is away, busy or full come with 5xx, which says it all.
  failures: [
    { status: 401, at: '/code', is: ['PGRST301', 'PGRST302'], means: 'permanent', hint: 'SUPABASE_KEY is no key of this project' },
    { status: 401, at: '/code', is: ['PGRST303'], means: 'permanent', hint: 'SUPABASE_KEY has expired or its claims are wrong: set a new one' },
    { at: '/code', is: ['42501'], means: 'permanent', hint: 'the role of SUPABASE_KEY may not read this table: grant it SELECT' },
    { at: '/code', is: ['PGRST106'], means: 'permanent', hint: 'SUPABASE_SCHEMA names no schema that the project exposes' },
    { at: '/code', is: ['PGRST205', '42P01'], means: 'permanent', hint: 'SUPABASE_SCHEMA has no such table' },
    { at: '/code', is: ['42703'], means: 'permanent', hint: 'the table lacks its key or updated_at' },
    { at: '/code', is: ['PGRST300', '42P17'], means: 'permanent', hint: 'the configuration of the project is wrong, which another try does not change' },
    { at: '/code', is: ['57014'], means: 'too_much', hint: 'the statement took too long; the table needs an index on updated_at and its key' },
  ],
});
