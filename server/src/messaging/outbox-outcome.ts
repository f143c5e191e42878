import type { Wake } from '../database/event-log.ts';
import { appendEvent } from '../database/event-log.ts';
import type { Tx } from '../database/database.ts';
import {
  type AttemptOutcome,
  type ClaimedMessage,
  settleMessage,
  writeDelivery,
  writeOutcome,
} from '../database/outbox.ts';
import { type BackoffSettings, backoffMs } from './backoff.ts';
import type { DeliveryAnswer } from './channel.ts';

/** How an attempt ended. `unknown`: the provider may or may not have the message. */
export type Outcome = DeliveryAnswer | { readonly status: 'unknown'; readonly reason: string };

export interface Finished {
  readonly message: ClaimedMessage;
  readonly outcome: Outcome;
}

export interface RetrySettings extends BackoffSettings {
  /** After so many attempts a message that cannot be delivered fails for good. */
  readonly maxAttempts: number;
}

/** What became of a finished attempt: the message moved on, or its claim had been overtaken and nothing was written. */
export type Settled = 'sent' | 'failed' | 'retry' | 'overtaken';

type Next =
  | { readonly state: 'sent' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'queued'; readonly error: string };

function decide({ message, outcome }: Finished, maxAttempts: number): Next {
  switch (outcome.status) {
    case 'accepted':
      return { state: 'sent' };
    case 'refused':
      return { state: 'failed', error: outcome.reason };
    case 'unreachable':
    case 'unknown':
      return message.attempts >= maxAttempts
        ? { state: 'failed', error: `given up after ${message.attempts} attempts: ${outcome.reason}` }
        : { state: 'queued', error: outcome.reason };
  }
}

const SETTLED = { sent: 'sent', failed: 'failed', queued: 'retry' } as const;

/** The longest reason that is stored and told. */
const MAX_REASON = 500;

/**
 * Writes the ends of several attempts in one transaction. A message whose claim has been overtaken (its worker was paused
 * past the deadline) is left alone, and its attempt stays ambiguous: the customer may have that copy too. Delivery events come
 * last and ordered by stream, so that two workers never wait for each other's counters.
 */
export async function settleAll(
  tx: Tx,
  finished: readonly Finished[],
  deps: { readonly wake: Wake; readonly random: () => number; readonly retry: RetrySettings },
): Promise<Settled[]> {
  const results: Settled[] = [];
  const told: { message: ClaimedMessage; next: Exclude<Next, { state: 'queued' }> }[] = [];
  for (const end of finished) {
    const { message, outcome } = end;
    const next = trimmed(decide(end, deps.retry.maxAttempts));
    const wait = next.state === 'queued' ? backoffMs(message.attempts, deps.random, deps.retry) : 0;
    const error = next.state === 'sent' ? null : next.error;
    if (!(await settleMessage(tx, message, { state: next.state, dueAt: tx.now + wait, error }))) {
      results.push('overtaken');
      continue;
    }
    const written: AttemptOutcome | null = outcome.status === 'unknown' ? null : outcome.status;
    await writeOutcome(
      tx,
      message,
      written,
      outcome.status === 'accepted' ? null : outcome.reason.slice(0, MAX_REASON),
    );
    results.push(SETTLED[next.state]);
    if (next.state === 'queued') continue;
    await writeDelivery(tx, message, next.state, error);
    told.push({ message, next });
  }
  told.sort((a, b) =>
    a.message.inboxId < b.message.inboxId ? -1 : a.message.inboxId > b.message.inboxId ? 1 : 0,
  );
  for (const { message, next } of told) await tell(tx, message, next, deps.wake);
  return results;
}

function trimmed(next: Next): Next {
  return next.state === 'sent' ? next : { ...next, error: next.error.slice(0, MAX_REASON) };
}

async function tell(
  tx: Tx,
  message: ClaimedMessage,
  next: Exclude<Next, { state: 'queued' }>,
  wake: Wake,
): Promise<void> {
  const delivery =
    next.state === 'sent'
      ? { state: 'sent' as const, at: tx.now }
      : { state: 'failed' as const, at: tx.now, reason: next.error };
  await appendEvent(
    tx,
    `inbox:${message.inboxId}`,
    { type: 'reply.delivery', conversationId: message.conversationId, position: message.position, delivery },
    wake,
  );
}
