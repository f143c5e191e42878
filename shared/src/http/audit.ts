import { z } from 'zod';
import { Person } from '../model/agent.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { queryInt } from './fields.ts';
import { route } from './route.ts';

/** One line of the audit log: who did what with what, and when. Written with the act itself, and never changed. */
export const AuditEntry = z.strictObject({
  id: Id,
  at: ServerTime,
  /** Null: nobody who is known, as a stranger at the sign-in, or whoever restored a backup. */
  actor: Person.nullable(),
  /** As `inbox.member_removed`; what was tried and refused ends in `refused`. */
  action: z.string(),
  object: z.strictObject({ type: z.string(), id: z.string() }),
  /** What belongs to the act. Of a change, `before` and `after` have the fields that it changed. Never a secret. */
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** The `next` of a page. */
const AuditPlaceRef = z
  .string()
  .regex(/^\d{1,16}~[A-Za-z0-9_-]{1,64}$/, 'must be the `next` of an earlier page')
  .transform((text) => {
    const at = text.indexOf('~');
    return { at: Number(text.slice(0, at)), id: text.slice(at + 1) };
  })
  .pipe(z.strictObject({ at: z.number().int().max(Number.MAX_SAFE_INTEGER), id: Id }));

const time = queryInt(0, Number.MAX_SAFE_INTEGER);

/** For admins. As CSV it is everything that the filter lets through in one file, and `after` and `limit` are not used. */
export const listAudit = route({
  method: 'GET',
  path: '/api/audit',
  summary: 'The audit log: administrative acts, take-overs and what was refused, newest first (T9)',
  query: z.strictObject({
    actor: Id.optional(),
    action: z
      .string()
      .max(64)
      .regex(/^[a-z_]+(?:\.[a-z_]+)*$/, 'must be an action like inbox.changed')
      .optional(),
    /** From this moment on, epoch ms. */
    from: time.optional(),
    /** Before this moment, epoch ms. */
    to: time.optional(),
    after: AuditPlaceRef.optional(),
    limit: queryInt(1, 200).optional(),
    format: z.enum(['json', 'csv']).optional(),
  }),
  response: z.strictObject({
    entries: z.array(AuditEntry),
    /** For `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  }),
  otherTypes: ['text/csv'],
  errors: ['forbidden'],
});
