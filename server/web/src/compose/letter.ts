/** The one new message that is being written on this page. */
import {
  type Account,
  type Contact,
  type LatchboxClient,
  LatchboxError,
  type ReplyEntry,
} from '@latchbox/client';
import { readyIds, type Tray, trayOf } from '../files/tray.ts';
import { newId } from '../lib/new-id.ts';
import { createStore, type Watchable } from '../lib/store.ts';

/** What stands in it. It is kept over a reload, in this tab alone. */
export interface Letter {
  /** Under which it is stored once, however often it is tried. */
  readonly clientId: string;
  /** Id of the account that was chosen; null: none was, the preselected one counts. */
  readonly account: string | null;
  /** A known contact; null: whoever `address` says. */
  readonly contact: Contact | null;
  readonly address: string;
  readonly subject: string;
  readonly body: string;
}

export type Sending =
  | { readonly state: 'writing' }
  | { readonly state: 'sending' }
  | { readonly state: 'refused'; readonly error: unknown };

export interface LetterKeeper extends Watchable<Letter> {
  readonly sending: Watchable<Sending>;
  readonly tray: Tray;
  readonly change: (part: Partial<Omit<Letter, 'clientId'>>) => void;
  /** Nothing of it is kept. */
  readonly discard: () => void;
  /** `lastSeen`: the newest position of the conversation that it continues, as it was shown. */
  readonly send: (
    account: Account,
    lastSeen: number | undefined,
    onSent: (entry: ReplyEntry) => void,
  ) => void;
}

const letters = new WeakMap<LatchboxClient, LetterKeeper>();

/** The letter of the agent who is signed in; always the same one. */
export function letterOf(client: LatchboxClient, agentId: string): LetterKeeper {
  const letter = letters.get(client) ?? createLetter(client, `latchbox.letter.${agentId}`);
  letters.set(client, letter);
  return letter;
}

function blank(): Letter {
  return { clientId: newId(), account: null, contact: null, address: '', subject: '', body: '' };
}

export function isBlank({ contact, address, subject, body }: Letter): boolean {
  return contact === null && `${address}${subject}${body}`.trim() === '';
}

function createLetter(client: LatchboxClient, key: string): LetterKeeper {
  const letter = createStore<Letter>(kept(key) ?? blank());
  const sending = createStore<Sending>({ state: 'writing' });
  const tray = trayOf(client, 'new', 'reply');
  const put = (next: Letter): void => {
    letter.set(next);
    keep(key, isBlank(next) ? null : next);
  };
  return {
    getSnapshot: letter.getSnapshot,
    subscribe: letter.subscribe,
    sending,
    tray,
    change(part) {
      put({ ...letter.getSnapshot(), ...part });
      if (sending.getSnapshot().state === 'refused') sending.set({ state: 'writing' });
    },
    discard() {
      put(blank());
      for (const { key: file } of tray.getSnapshot()) tray.remove(file);
      sending.set({ state: 'writing' });
    },
    send(account, lastSeen, onSent) {
      if (sending.getSnapshot().state === 'sending') return;
      const { clientId, contact, address, subject, body } = letter.getSnapshot();
      const files = tray.take();
      sending.set({ state: 'sending' });
      const { confirmed } = client.compose({
        clientId,
        account: account.id,
        to: contact === null ? { address: address.trim() } : { contactId: contact.id },
        ...(account.channel === 'sms' ? {} : { subject }),
        body,
        ...(files.length > 0 && { attachments: readyIds(files) }),
        ...(lastSeen !== undefined && { lastSeen }),
      });
      confirmed.then(
        (entry) => {
          put(blank());
          sending.set({ state: 'writing' });
          onSent(entry);
        },
        (error: unknown) => {
          tray.restore(files);
          // What stands now was not sent under this id, and has to be told from what was.
          const spent = LatchboxError.is(error, 'idempotency_mismatch');
          if (spent) put({ ...letter.getSnapshot(), clientId: newId() });
          sending.set({ state: 'refused', error });
        },
      );
    },
  };
}

function kept(key: string): Letter | null {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? null : { ...blank(), ...(JSON.parse(text) as Letter) };
  } catch {
    return null;
  }
}

function keep(key: string, letter: Letter | null): void {
  try {
    if (letter === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(letter));
  } catch {
    // Then it is forgotten with the page.
  }
}
