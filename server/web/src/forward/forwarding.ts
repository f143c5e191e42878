import type { Conversation, Entry, LatchboxClient, ReplyEntry } from '@latchbox/client';
import { addressedBy, type Addressing, isSendable, PLAIN, takenAll } from '../composer/to/addressing.ts';
import { createStore, type Store } from '../lib/store.ts';

/** What can be passed on. */
export type Forwardable = Extract<Entry, { kind: 'message' | 'reply' }>;

/** A message or reply that is being passed on to somebody outside (T11). */
export interface Forwarding {
  /** Of the entry that is passed on. */
  readonly position: number;
  /** The panel is in sight; closed it keeps what was written. */
  readonly open: boolean;
  /** What is written above it; may be empty. */
  readonly note: string;
  /** To whom, and from which address of the inbox. */
  readonly addressing: Addressing;
  /** Ids of files that do not go along. */
  readonly without: readonly string[];
  readonly sending: boolean;
  /** Why it was not sent. */
  readonly error: unknown;
}

const NOWHERE: Addressing = { ...PLAIN, mode: 'own' };

const kept = new WeakMap<LatchboxClient, Map<string, Store<Forwarding | null>>>();

/** What is being passed on out of a conversation; always the same store. */
export function forwardingOf(client: LatchboxClient, conversationId: string): Store<Forwarding | null> {
  const mine = kept.get(client) ?? new Map<string, Store<Forwarding | null>>();
  kept.set(client, mine);
  const store = mine.get(conversationId) ?? createStore<Forwarding | null>(null);
  mine.set(conversationId, store);
  return store;
}

/** Brings the panel forward: with what was begun for this entry, or from the start. */
export function beginForward(store: Store<Forwarding | null>, position: number): void {
  const before = store.getSnapshot();
  const fresh = { note: '', addressing: NOWHERE, without: [], sending: false, error: null };
  store.set(before?.position === position ? { ...before, open: true } : { ...fresh, position, open: true });
}

/** A forward that was taken back is being written again, as it was. */
export function resumeForward(store: Store<Forwarding | null>, entry: ReplyEntry): void {
  if (entry.forward === undefined) return;
  const { position, without = [] } = entry.forward;
  const { to = [], cc = [], bcc = [] } = entry.mail ?? {};
  const addressing: Addressing = { ...NOWHERE, people: { to, cc, bcc } };
  store.set({ position, open: true, note: entry.body, addressing, without, sending: false, error: null });
}

/** Sends it through the one door, under the lock as any reply. A draft of a reply stays what it is. */
export function sendForward(
  conversation: Conversation,
  store: Store<Forwarding | null>,
  onSent: () => void,
): void {
  const before = store.getSnapshot();
  if (before === null || before.sending) return;
  const addressing = takenAll(before.addressing, ({ people }) => people);
  if (!isSendable(addressing)) return store.set({ ...before, addressing });
  const { position, note, without } = before;
  const draft = conversation.draft('reply');
  const own = draft.getSnapshot().body;
  store.set({ ...before, addressing, sending: true, error: null });
  const { clientId, confirmed } = conversation.reply({
    body: note,
    ...addressedBy(addressing),
    forward: { position, ...(without.length > 0 && { without: [...without] }) },
  });
  confirmed.then(
    () => {
      store.set(null);
      onSent();
    },
    (error: unknown) => {
      conversation.discard(clientId);
      // The note is kept here; the reply's draft is the reply's.
      if (draft.getSnapshot().body !== own) draft.set(own);
      store.set({ ...before, addressing, sending: false, error });
    },
  );
}
