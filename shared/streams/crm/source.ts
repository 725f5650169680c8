import { defineSource, secret, text } from '../../source.ts';

/** The CRM sync's own PostgreSQL: what it has delivered, to whom, and what was refused. */
export const crm = defineSource({
  name: 'crm',
  title: 'CRM sync',
  settings: {
    dsn: secret('DB_DSN', 'The database of sync and deliver, as postgres://user:password@host:5432/database'),
    instance: text('INSTANCE_CONNECTION_NAME', 'Its Cloud SQL instance, project:region:name', { default: '' }),
  },
  database: { dsn: 'dsn', instance: 'instance' },
  auth: { type: 'none' },
});
