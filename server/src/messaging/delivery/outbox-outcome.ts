import type { Delivery } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { rememberMailIds } from '../../database/mail-in.ts';
import type { Wake } from '../../database/event-log.ts';
import {
  type AttemptOutcome,
  type ClaimedMessage,
  settleMessage,
  writeOutcome,
} from '../../database/outbox.ts';
import {
  failSent,
  recipientsOf,
  setRecipient,
  type StoredRecipient,
  writeReplyDelivery,
} from '../../database/reply-recipients.ts';
import { type AccountNews, judgeAccounts, type PauseDeps } from './account-pauses.ts';
import { type BackoffSettings, backoffMs } from './backoff.ts';
import type { RecipientOutcome } from './channel.ts';
import { deliveryFrom, MAX_REASON, tellDelivery } from './delivery-news.ts';
import type { Finished, Outcome } from './finished.ts';

export interface RetrySettings extends BackoffSettings {
  /** After so many attempts a message that cannot be delivered fails for good. */
  readonly maxAttempts: number;
}

/** What became of a finished attempt: the message moved on, or its claim had been overtaken and nothing was written. */
export type Settled = 'sent' | 'failed' | 'retry' | 'overtaken';

/** What follows for a message or for one of its recipients. `code` and `reason` are null where nothing went wrong. */
interface Next {
  readonly state: 'sent' | 'failed' | 'queued';
  readonly reason: string | null;
  readonly code: string | null;
}

type Single = Pick<RecipientOutcome, 'reason' | 'code'> & { readonly status: Outcome['status'] };

function nextOf({ status, reason = '', code }: Single, attempts: number, maxAttempts: number): Next {
  const said = { reason: reason.slice(0, MAX_REASON).toWellFormed(), code: code?.slice(0, 32) ?? null };
  switch (status) {
    case 'accepted':
      return { state: 'sent', reason: null, code: null };
    case 'refused':
      return { state: 'failed', ...said };
    case 'unreachable':
    case 'unknown':
      if (attempts < maxAttempts) return { state: 'queued', ...said };
      return {
        ...said,
        state: 'failed',
        reason: `given up after ${attempts} attempts: ${said.reason}`.slice(0, MAX_REASON),
      };
  }
}

interface Decided {
  readonly next: Next;
  /** For each recipient who had still to get it. */
  readonly each: readonly { readonly address: string; readonly next: Next }[];
}

/** Whoever is not named in the answer got what the answer says. The message goes on as long as somebody has to get it. */
function decide({ message, outcome }: Finished, maxAttempts: number): Decided {
  const of = (single: Single): Next => nextOf(single, message.attempts, maxAttempts);
  const named = outcome.status === 'unknown' ? [] : (outcome.recipients ?? []);
  const byAddress = new Map(named.map((one) => [one.address.toLowerCase(), one]));
  const each = (message.recipients ?? []).map(({ address }) => ({
    address,
    next: of(byAddress.get(address.toLowerCase()) ?? outcome),
  }));
  const worst =
    each.find(({ next }) => next.state === 'queued') ?? each.find(({ next }) => next.state === 'failed');
  return { next: worst?.next ?? each[0]?.next ?? of(outcome), each };
}

const SETTLED = { sent: 'sent', failed: 'failed', queued: 'retry' } as const;

interface Told {
  readonly message: ClaimedMessage;
  readonly delivery: Delivery;
}

/**
 * Writes the ends of several attempts in one transaction. A message whose claim has been overtaken (its worker was paused
 * past the deadline) is left alone, and its attempt stays ambiguous: the customer may have that copy too. Delivery events come
 * last and ordered by stream, so that two workers never wait for each other's counters.
 */
export async function settleAll(
  tx: Tx,
  finished: readonly Finished[],
  deps: PauseDeps & { readonly wake: Wake; readonly retry: RetrySettings },
): Promise<{ readonly results: readonly Settled[]; readonly accounts: readonly AccountNews[] }> {
  const accounts = await judgeAccounts(tx, finished, deps);
  const results: Settled[] = [];
  const told: Told[] = [];
  for (const end of finished) {
    const { message, outcome } = end;
    const { next, each } = decide(end, deps.retry.maxAttempts);
    const wait = next.state === 'queued' ? backoffMs(message.attempts, deps.random, deps.retry) : 0;
    const { state, reason: error } = next;
    await rememberIds(tx, end);
    if (!(await settleMessage(tx, message, { state, dueAt: tx.now + wait, error }))) {
      results.push('overtaken');
      continue;
    }
    const written: AttemptOutcome | null = outcome.status === 'unknown' ? null : outcome.status;
    const said = outcome.status === 'accepted' ? null : outcome.reason.slice(0, MAX_REASON);
    await writeOutcome(tx, message, written, said);
    const delivery = await write(tx, message, next, each);
    results.push(SETTLED[state]);
    if (delivery !== undefined) told.push({ message, delivery });
  }
  told.sort((a, b) =>
    a.message.inboxId < b.message.inboxId ? -1 : a.message.inboxId > b.message.inboxId ? 1 : 0,
  );
  for (const { message, delivery } of told) await tellDelivery(tx, deps, message, delivery);
  return { results, accounts };
}

/** Under which answers may refer to a mail: relays give ids of their own. Also of an attempt that was overtaken: the mail left. */
async function rememberIds(tx: Tx, { message, outcome }: Finished): Promise<void> {
  if (message.channel !== 'email' || outcome.status !== 'accepted' || outcome.providerIds === undefined)
    return;
  const { conversationId, position } = message;
  for (const messageId of outcome.providerIds)
    await rememberMailIds(tx, conversationId, { messageId, position }, []);
}

/** Writes how far the reply and its recipients are; undefined where nobody has to be told. */
async function write(
  tx: Tx,
  message: ClaimedMessage,
  next: Next,
  each: Decided['each'],
): Promise<Delivery | undefined> {
  const delivery = each.length === 0 ? ofReply(tx.now, next) : await ofEach(tx, message, each);
  if (delivery === undefined) return undefined;
  await writeReplyDelivery(tx, message, delivery);
  // Somebody failed at an earlier attempt, or bounced meanwhile: a person may send it to them again.
  if (delivery.state === 'failed') await failSent(tx, message);
  return delivery;
}

function ofReply(at: number, { state, reason }: Next): Delivery | undefined {
  if (state === 'queued') return undefined;
  return state === 'sent' ? { state, at } : { state, at, reason: reason ?? '' };
}

async function ofEach(tx: Tx, message: ClaimedMessage, each: Decided['each']): Promise<Delivery | undefined> {
  // What is still tried is nobody's news, unless somebody else's message moved on.
  if (each.every(({ next }) => next.state === 'queued')) return undefined;
  for (const { address, next } of each) await setRecipient(tx, message, address, next);
  const rows: StoredRecipient[] = await recipientsOf(tx.db, message);
  return deliveryFrom(rows, tx.now);
}
