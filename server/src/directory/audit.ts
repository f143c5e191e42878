import { auditEntries } from '../database/directory/audit-log.ts';
import type { AuditLog } from './api.ts';
import type { DirectoryDeps } from './deps.ts';
import { readAsAdmin } from './inbox-access.ts';

export function createAuditLog(deps: Pick<DirectoryDeps, 'db'>): AuditLog {
  return {
    async audit(actor, filter, after, limit) {
      await readAsAdmin(deps, actor);
      return await auditEntries(deps.db.read, filter, after, limit);
    },
  };
}
