import { LatchboxError, refuse } from '@latchbox/shared';
import type { Database } from '../../database/database.ts';
import {
  type CustomerConversation,
  customerConversation,
  type CustomerMessage,
  customerThread,
  inboxByCode,
  type SimulatorInbox,
  simulatorInboxes,
} from '../../database/simulator.ts';
import { entryAt } from '../../database/threads.ts';
import type { Messaging, Received } from '../../messaging/api.ts';
import { accepted, type Channel } from '../../messaging/delivery/channel.ts';
import { type ProviderScript, provide } from './provider.ts';
import { readThreadToken, signThreadToken } from './thread-token.ts';

export interface CustomerWrites {
  readonly inboxCode: string;
  /** Who writes; in a thread that goes on it is the customer whose thread it is, whatever stands here. */
  readonly from: { readonly name: string; readonly address: string };
  /** May be empty where a thread goes on. */
  readonly subject: string;
  readonly body: string;
  /** The thread that goes on; null: a new one. */
  readonly threadToken: string | null;
  /** The same one in the same inbox twice is stored once. */
  readonly providerId: string;
}

/** The channel that needs nothing installed: customers write on a page of this server and read there what came back. */
export interface Simulator extends Channel {
  /** The inboxes that can be written to. */
  inboxes(): Promise<SimulatorInbox[]>;
  /**
   * A customer's message. Throws `not_found` for an inbox that is not there and a thread token that is not of it, `invalid`,
   * and `idempotency_mismatch` for a provider id that was used for another message.
   */
  write(message: CustomerWrites): Promise<{ threadToken: string }>;
  /** The token of a conversation, as its customer has it; for customers that this server plays itself. */
  tokenOf(conversationId: string): string;
  /** What the customer wrote and what came back, oldest first, without the first `after`. Throws `not_found`. */
  thread(threadToken: string, after: number): Promise<CustomerMessage[]>;
}

export interface SimulatorDeps {
  readonly db: Database;
  readonly messaging: Pick<Messaging, 'receive'>;
  /** Signs thread tokens. */
  readonly secret: string;
  /** What the provider does with each message; accepts everything by default. */
  readonly script?: ProviderScript;
}

export function createSimulator({ db, messaging, secret, script }: SimulatorDeps): Simulator {
  async function threadOf(token: string): Promise<CustomerConversation & { conversationId: string }> {
    const conversationId = readThreadToken(token, secret);
    const found =
      conversationId === undefined ? undefined : await customerConversation(db.read, conversationId);
    if (conversationId === undefined || found === undefined) throw refuse('not_found');
    return { conversationId, ...found };
  }

  async function addressed(message: CustomerWrites) {
    const { inboxCode, from, subject, threadToken } = message;
    if (threadToken !== null) {
      const thread = await threadOf(threadToken);
      if (thread.apiCode !== inboxCode) throw refuse('not_found');
      const { inboxId, conversationId, name, address } = thread;
      return { inboxId, conversationId, from: { name, address }, subject: thread.subject };
    }
    const inbox = await inboxByCode(db.read, inboxCode);
    if (inbox === undefined) throw refuse('not_found');
    if (subject === '') {
      throw new LatchboxError('invalid', { issues: [{ path: 'subject', message: 'must not be empty' }] });
    }
    // Addresses are the same however they are written.
    const address = from.address.trim().toLowerCase();
    return { inboxId: inbox.id, conversationId: null, from: { name: from.name, address }, subject };
  }

  /** The token that is answered opens a thread: whoever only guessed an id that somebody else used gets none. */
  async function requireSame(stored: Received, address: string, body: string): Promise<void> {
    const entry = await entryAt(db.read, stored.conversationId, stored.position);
    const same = entry?.kind === 'message' && entry.author.address === address && entry.body === body;
    if (!same) throw refuse('idempotency_mismatch');
  }

  return {
    name: 'simulator',
    describe: () => ({ subject: true, html: false, copies: false, files: null, segments: false }),
    // Customers write on a page of this server: there is no account that could be connected.
    check: () => Promise.reject(refuse('not_found')),
    start: () => undefined,
    stop: () => Promise.resolve(),
    deliver: (message, signal) => provide(db, message, script?.(message) ?? accepted, signal),
    inboxes: () => simulatorInboxes(db.read),
    async write(message) {
      const { body, providerId } = message;
      const filed = await addressed(message);
      const stored = await messaging.receive({ ...filed, channel: 'simulator', providerId, body });
      if (stored.duplicate) await requireSame(stored, filed.from.address, body);
      return { threadToken: signThreadToken(stored.conversationId, secret) };
    },
    tokenOf: (conversationId) => signThreadToken(conversationId, secret),
    async thread(threadToken, after) {
      const conversation = await threadOf(threadToken);
      const messages = await db.readTogether((read) =>
        customerThread(read, conversation.conversationId, conversation),
      );
      return messages.slice(after);
    },
  };
}
