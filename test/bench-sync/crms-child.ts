import { startCrms } from '../../infra/local/stand-ins/crm/crms.ts';
import { CRM_TYPES } from '../chaos-sync/items.ts';

/** The four CRMs in a process of their own: they are not what is measured. Asked for `counts`, it tells how many contacts each has. */
const crms = await startCrms();
const standIns = Object.values(crms.standIns);
setInterval(() => {
  for (const standIn of standIns) standIn.forgetCalls();
}, 1_000).unref();
process.on('message', () => {
  process.send?.({
    contacts: Object.fromEntries(CRM_TYPES.map((type) => [type, new Set(crms.standIns[type].contacts().map(({ email }) => email)).size])),
    violations: standIns.flatMap(({ violations }) => violations.slice(0, 3)),
  });
});
process.on('disconnect', () => process.exit());
process.send?.({
  hosts: standIns.flatMap(({ hosts }) => [...hosts]),
  credentials: Object.fromEntries(CRM_TYPES.map((type) => [type, crms.standIns[type].credentials])),
});
