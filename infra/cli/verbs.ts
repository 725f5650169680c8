import type { Verb } from './verb.ts';
import { activate } from './verbs/activate.ts';
import { deadLetters } from './verbs/dead-letters.ts';
import { dev } from './verbs/dev.ts';
import { docs } from './verbs/docs.ts';
import { drop } from './verbs/drop.ts';
import { exportVerb } from './verbs/export.ts';
import { extract } from './verbs/extract.ts';
import { newStream } from './verbs/new-stream.ts';
import { models } from './verbs/models.ts';
import { notices } from './verbs/notices.ts';
import { query } from './verbs/query.ts';
import { rebuild } from './verbs/rebuild.ts';
import { reconcile } from './verbs/reconcile.ts';
import { redeliver } from './verbs/redeliver.ts';
import { rejects } from './verbs/rejects.ts';
import { report } from './verbs/report.ts';
import { replay } from './verbs/replay.ts';
import { runs } from './verbs/runs.ts';
import { start } from './verbs/start.ts';
import { streams } from './verbs/streams.ts';

/** Every command, in the order of help. */
export const verbs: readonly Verb[] = [
  start,
  dev,
  extract,
  drop,
  models,
  docs,
  report,
  exportVerb,
  query,
  activate,
  runs,
  rejects,
  notices,
  replay,
  rebuild,
  reconcile,
  deadLetters,
  redeliver,
  streams,
  newStream,
];
