import type { DownItem } from '../connection/states.ts';
import type { Person } from '@latchbox/shared/model/agent';
import type { Availability, Typist, Viewer } from '@latchbox/shared/model/presence';
import { Store } from '../lib/readable.ts';
import type { Core } from '../core.ts';
import type { Present } from './streams.ts';

/** Who is in an inbox now. In a very large inbox `people` holds some of them and `total` counts all. */
export interface InboxPresence {
  readonly people: readonly { readonly person: Person; readonly availability: Availability }[];
  readonly total: number;
}
export type { Typist, Viewer };

interface Around {
  readonly typists: Store<readonly Typist[]>;
  readonly viewers: Store<readonly Viewer[]>;
  /** Known once something was told of it. */
  inboxId?: string;
}

const NOBODY: InboxPresence = { people: [], total: 0 };

/**
 * Who is there: viewers and typists of each conversation, people of each inbox. All of it is volatile: told again after
 * each reconnect, and typists go by themselves when their time is over, whatever the network does.
 */
export class There {
  readonly #core: Core;
  readonly #me: () => string | undefined;
  readonly #around = new Map<string, Around>();
  readonly #inboxes = new Map<string, Store<InboxPresence>>();
  /** Conversations with typists. */
  readonly #typing = new Set<string>();
  #stopExpiry: (() => void) | undefined;

  constructor(core: Core, me: () => string | undefined) {
    this.#core = core;
    this.#me = me;
  }

  conversation(id: string): Around {
    let around = this.#around.get(id);
    if (around === undefined) {
      around = { typists: new Store(this.#core.scope, []), viewers: new Store(this.#core.scope, []) };
      this.#around.set(id, around);
    }
    return around;
  }

  inbox(id: string): Store<InboxPresence> {
    let people = this.#inboxes.get(id);
    if (people === undefined) {
      people = new Store(this.#core.scope, NOBODY);
      this.#inboxes.set(id, people);
    }
    return people;
  }

  /** Everything that is there, as told when a subscription to an inbox began. */
  present(inboxId: string, present: Present): void {
    this.inbox(inboxId).put({ people: present.people, total: present.total });
    const told = new Set(present.conversations.map(({ conversationId }) => conversationId));
    for (const [id, around] of this.#around) {
      if (around.inboxId === inboxId && !told.has(id)) this.opened(inboxId, id, [], []);
    }
    for (const { conversationId, viewers, typists } of present.conversations) {
      this.opened(inboxId, conversationId, viewers, typists);
    }
  }

  opened(inboxId: string, id: string, viewers: readonly Viewer[], typists: readonly Typist[]): void {
    const around = this.conversation(id);
    around.inboxId = inboxId;
    around.viewers.put(viewers);
    this.#setTypists(
      id,
      typists.filter(({ person }) => person.id !== this.#me()),
    );
  }

  item(item: Extract<DownItem, { t: 'typing' | 'viewers' | 'presence' }>): void {
    if (item.t !== 'presence') this.conversation(item.conversationId).inboxId = item.inboxId;
    switch (item.t) {
      case 'viewers':
        this.conversation(item.conversationId).viewers.put(item.viewers);
        break;
      case 'presence': {
        const changed = new Map(item.changes.map((change) => [change.person.id, change]));
        const kept = this.inbox(item.inboxId)
          .getSnapshot()
          .people.filter(({ person }) => !changed.has(person.id));
        const people = [...kept, ...item.changes.filter(({ availability }) => availability !== 'offline')];
        this.inbox(item.inboxId).put({ people, total: item.total });
        break;
      }
      case 'typing': {
        const { person, kind, until } = item;
        if (person.id === this.#me()) return;
        const others = this.#typists(item.conversationId).filter((typist) => typist.person.id !== person.id);
        this.#setTypists(item.conversationId, kind === null ? others : [...others, { person, kind, until }]);
      }
    }
  }

  /** Gone for too long to believe any of it. */
  clear(): void {
    for (const [id, { viewers }] of this.#around) {
      viewers.put([]);
      this.#setTypists(id, []);
    }
    for (const people of this.#inboxes.values()) people.put(NOBODY);
  }

  #typists(id: string): readonly Typist[] {
    return this.conversation(id).typists.getSnapshot();
  }

  #setTypists(id: string, typists: readonly Typist[]): void {
    const now = this.#core.clock.now();
    const left = typists.filter(({ until }) => until > now);
    if (left.length > 0) this.#typing.add(id);
    else this.#typing.delete(id);
    this.conversation(id).typists.put(left);
    this.#expireLater();
  }

  // One timer for all typists, at the earliest end.
  #expireLater(): void {
    this.#stopExpiry?.();
    this.#stopExpiry = undefined;
    let next = Infinity;
    for (const id of this.#typing) {
      for (const { until } of this.#typists(id)) next = Math.min(next, until);
    }
    if (next === Infinity) return;
    this.#stopExpiry = this.#core.later(Math.max(next - this.#core.clock.now(), 1), () => {
      for (const id of Array.from(this.#typing)) this.#setTypists(id, this.#typists(id));
    });
  }
}
