import type { AuditEntry, listAudit } from '@latchbox/shared/http/audit';
import type { Abortable } from '../lib/scope.ts';
import { type Answer, asked, type Asks } from './ask.ts';

/** Which lines; `after` goes on where a page ended. Times are epoch ms of the server. */
export interface AuditSearch {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Null: there is no more. */
  readonly next: string | null;
}

/** Who did what, when, and what it was before and after (T9); for admins. */
export function audit(client: Asks) {
  return {
    list: (search: AuditSearch = {}, options?: Abortable): Promise<AuditPage> =>
      client.request<Answer<typeof listAudit>>('GET', 'audit', { ...options, query: asked(search) }),
    /** All of it, not a page. */
    csv: (search: Omit<AuditSearch, 'after' | 'limit'> = {}, options?: Abortable): Promise<Blob> =>
      client.request<Blob>('GET', 'audit', {
        ...options,
        as: 'file',
        query: { ...asked(search), format: 'csv' },
      }),
  };
}
