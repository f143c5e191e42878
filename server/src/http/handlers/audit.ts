import { Readable } from 'node:stream';
import type { AuditEntry } from '@latchbox/shared/http/audit';
import type { AuditFilter, AuditPlace } from '../../database/directory/audit-log.ts';
import type { Actor } from '../../directory/api.ts';
import { type Handlers, RawAnswer } from '../call.ts';
import { toCsv } from '../csv.ts';
import type { HttpDeps } from '../deps.ts';

const PAGE = 50;
const EXPORT_PAGE = 500;
const HEAD = ['at', 'actor', 'actor id', 'action', 'object', 'object id', 'details'];

/** The audit log. */
export function auditHandlers({ directory }: Pick<HttpDeps, 'directory'>): Pick<Handlers, 'listAudit'> {
  const read = (...asked: Parameters<typeof directory.audit>) => directory.audit(...asked);

  /** Read page by page while it is written out: however long the log is, it is never in memory, and never cut short. */
  async function* csv(actor: Actor, filter: AuditFilter): AsyncGenerator<string> {
    yield toCsv([HEAD]);
    for (let after: AuditPlace | null = null; ; ) {
      const page: AuditEntry[] = await read(actor, filter, after, EXPORT_PAGE);
      if (page.length > 0) yield toCsv(page.map(cells));
      after = page.at(-1) ?? null;
      if (page.length < EXPORT_PAGE) return;
    }
  }

  return {
    async listAudit({ verified, query }) {
      const actor = { agentId: verified.agent.id };
      const { after = null, limit = PAGE, format = 'json', ...filter } = query;
      // Also before an export: once its first line is on the way it can only be broken off.
      const entries = await read(actor, filter, after, limit + 1);
      if (format === 'csv')
        return new RawAnswer({
          type: 'text/csv; charset=utf-8',
          body: Readable.from(csv(actor, filter)),
          headers: { 'content-disposition': 'attachment; filename="audit.csv"' },
        });
      const page = entries.slice(0, limit);
      const last = page.at(-1);
      return {
        entries: page,
        next: entries.length > limit && last !== undefined ? `${last.at}~${last.id}` : null,
      };
    },
  };
}

const cells = ({ at, actor, action, object, details }: AuditEntry): string[] => [
  new Date(at).toISOString(),
  actor?.name ?? '',
  actor?.id ?? '',
  action,
  object.type,
  object.id,
  JSON.stringify(details),
];
