import type { Me } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Inbox } from './client.ts';
import { Store } from './lib/readable.ts';
import type { Scope } from './lib/scope.ts';
import type { ConversationList, ListQuery } from './sync/list.ts';
import type { There } from './sync/there.ts';

export interface DirectoryParts {
  readonly scope: Scope;
  readonly there: There;
  list(query: ListQuery): ConversationList;
}

/** An inbox by its id, whether or not this agent may see it. */
class InboxStore extends Store<InboxSummary | null> implements Inbox {
  readonly id: string;
  readonly presence: Inbox['presence'];
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts, id: string, summary: InboxSummary | null) {
    super(parts.scope, summary);
    this.id = id;
    this.presence = parts.there.inbox(id);
    this.#parts = parts;
  }

  list(query: Omit<ListQuery, 'inboxIds'> = {}): ConversationList {
    return this.#parts.list({ ...query, inboxIds: [this.id] });
  }
}

/** Who is signed in, and which inboxes that agent may see. */
export class Directory {
  readonly me: Store<Me | null>;
  readonly inboxes: Store<readonly InboxSummary[]>;
  readonly #parts: DirectoryParts;
  readonly #each = new Map<string, InboxStore>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.me = new Store<Me | null>(parts.scope, null);
    this.inboxes = new Store<readonly InboxSummary[]>(parts.scope, []);
  }

  inbox(id: string): Inbox {
    const inbox = this.#each.get(id) ?? new InboxStore(this.#parts, id, this.get(id) ?? null);
    this.#each.set(id, inbox);
    return inbox;
  }

  get(id: string): InboxSummary | undefined {
    return this.inboxes.getSnapshot().find((inbox) => inbox.id === id);
  }

  /** Answers which inboxes came and which went. */
  put(inboxes: readonly InboxSummary[]): { came: string[]; went: string[] } {
    const before = this.inboxes.getSnapshot();
    const missing = (from: readonly InboxSummary[], among: readonly InboxSummary[]): string[] =>
      from.map(({ id }) => id).filter((id) => !among.some((inbox) => inbox.id === id));
    this.inboxes.put(inboxes);
    for (const [id, store] of this.#each) store.put(this.get(id) ?? null);
    return { came: missing(inboxes, before), went: missing(before, inboxes) };
  }

  change(changed: Omit<InboxSummary, 'capability'>): void {
    this.put(
      this.inboxes.getSnapshot().map((inbox) => (inbox.id === changed.id ? { ...inbox, ...changed } : inbox)),
    );
  }
}
