import type { MailboxRequest } from '@latchbox/shared/http/mailbox-requests';
import type { Handle } from '../database/database.ts';
import { listAgents } from '../database/directory/agents.ts';
import { mailboxById } from '../database/mailboxes.ts';
import type { RequestRow } from '../database/seats/requests.ts';

type Named = MailboxRequest['owner'];

/** Requests as they are shown: with the names of who is in them, and how their mailboxes stand. */
export async function requestViews(
  db: Handle,
  rows: readonly RequestRow[],
  now: number,
): Promise<MailboxRequest[]> {
  const people = new Map((await listAgents(db)).map(({ id, name }) => [id, { id, name }]));
  const named = (id: string): Named => people.get(id) ?? { id, name: '' };
  return await Promise.all(
    rows.map(async (row) => {
      const mailbox = row.mailboxId === null ? undefined : await mailboxById(db, row.mailboxId);
      return viewOf(row, { named, now, mailboxState: mailbox?.state ?? null });
    }),
  );
}

export async function requestView(db: Handle, row: RequestRow, now: number): Promise<MailboxRequest> {
  const [view] = await requestViews(db, [row], now);
  if (view === undefined) throw new Error('a request has no view');
  return view;
}

function viewOf(
  row: RequestRow,
  {
    named,
    now,
    mailboxState,
  }: Pick<MailboxRequest, 'mailboxState'> & {
    readonly named: (id: string) => Named;
    readonly now: number;
  },
): MailboxRequest {
  const { id, address, via, note, state, identifiedBy, reason, decidedAt, mailboxId, createdAt } = row;
  const { decidedBy, termsVersion, termsBy, termsAt, codeUntil } = row;
  const confirmed = termsVersion !== null && termsBy !== null && termsAt !== null;
  return {
    id,
    address,
    owner: named(row.ownerId),
    requestedBy: named(row.requestedBy),
    via,
    note,
    state,
    identifiedBy,
    reason,
    decidedBy: decidedBy === null ? null : named(decidedBy),
    decidedAt,
    terms: confirmed ? { version: termsVersion, by: named(termsBy), at: termsAt } : null,
    codeUntil: state === 'requested' && codeUntil !== null && codeUntil > now ? codeUntil : null,
    mailboxId,
    mailboxState,
    createdAt,
  };
}
