import type { Database } from '../../database/database.ts';
import { mailsBefore } from '../../database/mail-out.ts';
import { entryAt } from '../../database/threads.ts';
import type { Answered } from './quotes.ts';
import type { Correspondent } from './write-mail.ts';

const MOST_IDS = 10;

/** What a customer who writes again has before them: the ids of the thread, and the newest mail of the team. */
export async function threadOf(
  db: Pick<Database, 'read'>,
  conversationId: string | undefined,
  customer: Correspondent,
): Promise<{ readonly before: string[]; readonly answers: Answered | undefined }> {
  if (conversationId === undefined) return { before: [], answers: undefined };
  const newestFirst = await mailsBefore(db.read, conversationId, Number.MAX_SAFE_INTEGER, MOST_IDS);
  const before = newestFirst.map(({ messageId }) => messageId).toReversed();
  const team = newestFirst.find(({ by }) => by === 'team');
  const entry = team && (await entryAt(db.read, conversationId, team.position));
  if (entry?.kind !== 'reply' || entry.mail === undefined) return { before, answers: undefined };
  const { from, subject } = entry.mail;
  return {
    // The mail that is answered stands last.
    before: [
      ...before.filter((id) => id !== team?.messageId),
      ...(team === undefined ? [] : [team.messageId]),
    ],
    answers: {
      ...from,
      at: entry.at,
      text: entry.body,
      subject,
      to: `${customer.name} <${customer.address}>`,
    },
  };
}
