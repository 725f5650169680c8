import type { ApiVersion } from '../../shared/source.ts';

const WARNED_BEFORE_MS = 60 * 86_400_000;

/** What to do about the version of an API before its maker ends it; undefined as long as there is time. */
export function versionWarning(version: ApiVersion | undefined, now: Date): string | undefined {
  if (version === undefined || now.getTime() < Date.parse(`${version.checkBy}T00:00:00Z`) - WARNED_BEFORE_MS) return undefined;
  return `version ${version.name} may end about ${version.checkBy}: look into the changelog of the API, and move to a newer one`;
}
