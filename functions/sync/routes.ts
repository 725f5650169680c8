import type { Route } from './route.ts';
import { connectRoutes } from './routes/connect.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { fieldMappingRoutes } from './routes/field-mappings.ts';
import { healthRoutes } from './routes/health.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { syncRoutes } from './routes/sync.ts';

/** Every route but those that document them, in the order of the documentation. */
const working: readonly Route[] = [...connectRoutes, ...integrationRoutes, ...syncRoutes, ...fieldMappingRoutes, ...healthRoutes];

/** Every route of the service. */
export const routes: readonly Route[] = [...working, ...documentationRoutes(working)];
