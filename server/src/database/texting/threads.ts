/** Which conversation belongs to which two numbers. */
import { and, eq, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { numbers, smsThreads } from '../schema/sqlite.ts';
import type { Registration } from './numbers.ts';

/** Our number and the customer's. */
export interface SmsThread {
  readonly numberId: string;
  /** Ours. */
  readonly e164: string;
  /** The customer's. */
  readonly address: string;
  readonly registration: Registration;
  readonly mms: boolean;
  /** When our number was given back; null: we have it. */
  readonly releasedAt: number | null;
}

const selectThread = prepared<{ conversationId: string }, SmsThread[]>('texting.thread', (db) =>
  db
    .select({
      numberId: smsThreads.numberId,
      e164: numbers.e164,
      address: smsThreads.address,
      registration: numbers.registration,
      mms: numbers.mms,
      releasedAt: numbers.releasedAt,
    })
    .from(smsThreads)
    .innerJoin(numbers, eq(numbers.id, smsThreads.numberId))
    .where(eq(smsThreads.conversationId, sql.placeholder('conversationId'))),
);

/** The two numbers of a conversation of texts. */
export async function smsThread(db: Handle, conversationId: string): Promise<SmsThread | undefined> {
  return (await selectThread(db, { conversationId }))[0];
}

const selectConversation = prepared<{ numberId: string; address: string }, { conversationId: string }[]>(
  'texting.conversation',
  (db) =>
    db
      .select({ conversationId: smsThreads.conversationId })
      .from(smsThreads)
      .where(
        and(
          eq(smsThreads.numberId, sql.placeholder('numberId')),
          eq(smsThreads.address, sql.placeholder('address')),
        ),
      ),
);

/** The conversation of one of our numbers with somebody's. */
export async function smsConversation(
  db: Handle,
  numberId: string,
  address: string,
): Promise<string | undefined> {
  return (await selectConversation(db, { numberId, address }))[0]?.conversationId;
}

/** Two first messages at once make one conversation: the second insert violates `sms_threads_parties`, and its caller begins anew. */
export async function insertSmsThread(
  tx: Tx,
  thread: { readonly conversationId: string; readonly numberId: string; readonly address: string },
): Promise<void> {
  await tx.db.insert(smsThreads).values(thread);
}
