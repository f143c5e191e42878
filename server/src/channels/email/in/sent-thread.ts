import type { Handle } from '../../../database/database.ts';
import { findThread, type Thread, type ThreadingFacts } from './threading.ts';

/**
 * The conversation that a mail belongs to which a colleague wrote elsewhere: found as for a mail of one of those it went to. By
 * the customer's ids and subject, too, where the customer took part; undefined: it belongs to none.
 */
export async function findSentThread(
  db: Handle,
  secret: string,
  now: number,
  facts: ThreadingFacts,
): Promise<Thread | undefined> {
  const names = ['to', 'cc', 'bcc'];
  const to = names
    .flatMap((name) => facts.headers.addresses(name))
    .map(({ address }) => address.toLowerCase());
  for (const contact of new Set(to)) {
    const thread = await findThread(db, secret, now, { ...facts, recipients: [], contact });
    if (thread !== undefined) return thread;
  }
  return undefined;
}
