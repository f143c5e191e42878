/** How far replies got: to each recipient, and from that the reply (T6). What comes after the hand-over goes through `deliveryNews`. */
import type { Delivery, RecipientDelivery } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { appendEvent, type Wake } from '../../database/event-log.ts';
import {
  failSent,
  holdOutbox,
  recipientsOf,
  replyDelivery,
  type ReplyPlace,
  setRecipient,
  type StoredRecipient,
  writeReplyDelivery,
} from '../../database/reply-recipients.ts';

/** The longest reason that is stored and told. */
export const MAX_REASON = 500;
const MAX_CODE = 32;

export interface DeliveryNews {
  readonly conversationId: string;
  readonly position: number;
  /** As the news names the recipient; capitals do not matter. */
  readonly address: string;
  readonly news: 'delivered' | 'delayed' | 'failed';
  /** In the provider's words. */
  readonly reason: string | null;
  /** The provider's code, as `5.1.1` or `30034`. */
  readonly code: string | null;
}

/**
 * Writes down what was heard of a message after it had been handed over: a bounce, a delay, a provider's callback. Nothing steps back:
 * what failed stays failed, what was delivered is not late any more. News of somebody whom the reply was not for is news of its
 * only recipient, or of nobody. Locks the reply's row of the outbox and appends an event, if anything changed: call it before the last
 * event of the transaction is appended. Nothing happens where no reply stands, or where it has not left.
 */
export async function deliveryNews(tx: Tx, deps: { readonly wake: Wake }, news: DeliveryNews): Promise<void> {
  const place = { conversationId: news.conversationId, position: news.position };
  const held = await holdOutbox(tx, place);
  if (held === undefined || held.state === 'withdrawn' || held.state === 'held') return;
  const rows = await recipientsOf(tx.db, place);
  const delivery =
    rows.length === 0 ? await newsOfReply(tx, place, news) : await newsOfOne(tx, place, rows, news);
  if (delivery === undefined) return;
  await writeReplyDelivery(tx, place, delivery);
  if (delivery.state === 'failed') await failSent(tx, place);
  await tellDelivery(tx, deps, { ...place, inboxId: held.inboxId }, delivery);
}

/** Tells everybody of an inbox how far a reply is; last in its transaction. */
export async function tellDelivery(
  tx: Tx,
  { wake }: { readonly wake: Wake },
  place: ReplyPlace & { readonly inboxId: string },
  delivery: Delivery,
): Promise<void> {
  const { inboxId, conversationId, position } = place;
  const data = { type: 'reply.delivery', conversationId, position, delivery } as const;
  await appendEvent(tx, `inbox:${inboxId}`, data, wake);
}

type State = RecipientDelivery['state'];

/** What each state may become by news from outside. */
const FOLLOWS: { readonly [N in DeliveryNews['news']]: ReadonlySet<State> } = {
  delayed: new Set(['queued', 'sent', 'delayed']),
  delivered: new Set(['queued', 'sent', 'delayed']),
  failed: new Set(['queued', 'sent', 'delayed', 'delivered']),
};

async function newsOfOne(
  tx: Tx,
  place: ReplyPlace,
  rows: readonly StoredRecipient[],
  { address, news, reason, code }: DeliveryNews,
): Promise<Delivery | undefined> {
  const wanted = address.toLowerCase();
  const named = rows.find((row) => row.address.toLowerCase() === wanted);
  const row = named ?? (rows.length === 1 ? rows[0] : undefined);
  if (row === undefined || !FOLLOWS[news].has(row.state)) return undefined;
  const next = {
    state: news,
    reason: reason?.slice(0, MAX_REASON) ?? null,
    code: code?.slice(0, MAX_CODE) ?? null,
  };
  await setRecipient(tx, place, row.address, next);
  return deliveryFrom(
    rows.map((one) => (one === row ? { ...one, ...next, at: tx.now } : one)),
    tx.now,
  );
}

/** A reply whose recipients are not counted singly has one, and its state is the reply's. */
async function newsOfReply(
  tx: Tx,
  place: ReplyPlace,
  { news, reason }: DeliveryNews,
): Promise<Delivery | undefined> {
  const now = await replyDelivery(tx.db, place);
  if (now === undefined || now.state === 'held' || now.state === 'withdrawn') return undefined;
  if (!FOLLOWS[news].has(now.state)) return undefined;
  const at = tx.now;
  return news === 'delivered'
    ? { state: news, at }
    : { state: news, at, reason: reason?.slice(0, MAX_REASON) ?? '' };
}

/** A reply is as far as the recipient is with whom it stands worst. */
const WORST: readonly State[] = ['failed', 'queued', 'delayed', 'sent', 'delivered'];

/** How far a reply is, from how far it got to each of its recipients. */
export function deliveryFrom(rows: readonly StoredRecipient[], now: number): Delivery {
  const state = WORST.find((one) => rows.some((row) => row.state === one)) ?? 'queued';
  const recipients = rows.map(told);
  if (state === 'queued') return { state, recipients };
  const there = rows.filter((row) => row.state === state);
  const at = there.reduce((newest, row) => Math.max(newest, row.at), 0) || now;
  if (state === 'sent' || state === 'delivered') return { state, at, recipients };
  const reason =
    rows.length === 1
      ? (there[0]?.reason ?? '')
      : there.map((row) => (row.reason === null ? row.address : `${row.address}: ${row.reason}`)).join('; ');
  return { state, at, reason: reason.slice(0, MAX_REASON).toWellFormed(), recipients };
}

function told({ address, kind, state, at, reason, code }: StoredRecipient): RecipientDelivery {
  return {
    address,
    kind,
    state,
    at,
    ...(reason === null ? {} : { reason }),
    ...(code === null ? {} : { code }),
  };
}
