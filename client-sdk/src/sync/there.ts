import type { DownItem, Greeting } from '../connection/states.ts';
import type { Person } from '@latchbox/shared/model/agent';
import type { Availability, Typist, Viewer } from '@latchbox/shared/model/presence';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { Made } from '../lib/made.ts';
import type { Store } from '../lib/readable.ts';
import type { Core } from '../core.ts';

export type Present = NonNullable<UpResult<'stream.subscribe'>['present']>;

/** Who is in an inbox now. In a very large inbox `people` holds some of them and `total` counts all. */
export interface InboxPresence {
  readonly people: readonly { readonly person: Person; readonly availability: Availability }[];
  readonly total: number;
}
export type { Typist, Viewer };

/** Nobody is shown as typing for longer than this (ms) without a word, whatever the server's clock says: no ghost is (L10). */
const LONGEST = 20_000;

/** Who is around one conversation. */
export interface Around {
  readonly typists: Store<readonly Typist[]>;
  readonly viewers: Store<readonly Viewer[]>;
  /** Known once something was told of it. */
  inboxId?: string;
  stopExpiry?: () => void;
  /** Until when each typist is shown, by this machine's clock. */
  ends?: ReadonlyMap<string, number>;
}

export interface ThereParts {
  readonly core: Core;
  readonly around: Made<Around>;
  readonly presence: Made<Store<InboxPresence>>;
  readonly greeting: Greeting | undefined;
}

/**
 * Who is there: viewers and typists of each conversation, people of each inbox. All of it is volatile: told again after
 * each reconnect, and typists go by themselves when their time is over, whatever the network does.
 */
export class There {
  readonly #parts: ThereParts;

  constructor(parts: ThereParts) {
    this.#parts = parts;
  }

  /** Everything that is there, as told when a subscription to an inbox began. */
  present(inboxId: string, { people, total, conversations }: Present): void {
    this.#parts.presence.of(inboxId).put({ people, total });
    const told = new Set(conversations.map(({ conversationId }) => conversationId));
    for (const [id, around] of this.#parts.around) {
      if (around.inboxId === inboxId && !told.has(id)) this.opened(inboxId, id, [], []);
    }
    for (const { conversationId, viewers, typists } of conversations) {
      this.opened(inboxId, conversationId, viewers, typists);
    }
  }

  opened(inboxId: string, id: string, viewers: readonly Viewer[], typists: readonly Typist[]): void {
    const around = this.#parts.around.of(id);
    around.inboxId = inboxId;
    around.viewers.put(viewers);
    this.#setTypists(around, typists);
  }

  item(item: Extract<DownItem, { t: 'typing' | 'viewers' | 'presence' }>): void {
    if (item.t === 'presence') {
      const inbox = this.#parts.presence.of(item.inboxId);
      const changed = new Set(item.changes.map(({ person }) => person.id));
      const kept = inbox.getSnapshot().people.filter(({ person }) => !changed.has(person.id));
      const came = item.changes.filter(({ availability }) => availability !== 'offline');
      inbox.put({ people: [...kept, ...came], total: item.total });
      return;
    }
    const around = this.#parts.around.of(item.conversationId);
    around.inboxId = item.inboxId;
    if (item.t === 'viewers') return around.viewers.put(item.viewers);
    const { person, kind, until } = item;
    const others = around.typists.getSnapshot().filter((typist) => typist.person.id !== person.id);
    this.#setTypists(around, kind === null ? others : [...others, { person, kind, until }]);
  }

  /** Gone for too long to believe any of it. */
  clear(): void {
    for (const around of this.#parts.around.values()) {
      around.viewers.put([]);
      this.#setTypists(around, []);
    }
    for (const people of this.#parts.presence.values()) people.put({ people: [], total: 0 });
  }

  #setTypists(around: Around, typists: readonly Typist[]): void {
    const { core, greeting } = this.#parts;
    const now = core.runtime.now();
    // Somebody who goes on is told again long before. A server's clock that was just set must not make it an hour.
    // When each is over is reckoned once, in this machine's time: the server's clock may be set right, or wrong, meanwhile.
    const ends = new Map<string, number>();
    const left = typists.filter(({ person, until }) => {
      const key = person.id + until;
      const end = around.ends?.get(key) ?? now + Math.min(until - core.clock.now(), LONGEST);
      ends.set(key, end);
      return end > now && person.id !== greeting?.me.id;
    });
    around.ends = ends;
    around.typists.put(left);
    around.stopExpiry?.();
    if (left.length === 0) return;
    const next = Math.min(...left.map(({ person, until }) => ends.get(person.id + until) ?? now));
    around.stopExpiry = core.later(next - now, () => this.#setTypists(around, left));
  }
}
