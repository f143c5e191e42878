import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Inbox } from './client.ts';
import { Made } from './lib/made.ts';
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
    super(parts.scope, null);
    this.id = id;
    this.presence = parts.there.inboxes.of(id);
    this.#parts = parts;
    this.put(summary);
  }

  list(query?: Omit<ListQuery, 'inboxIds'>): ConversationList {
    return this.#parts.list({ ...query, inboxIds: [this.id] });
  }
}

/** The inboxes that the agent may see: all of them, and each by its id. */
export class Directory extends Store<readonly InboxSummary[]> {
  readonly inboxes: Made<InboxStore>;

  constructor(parts: DirectoryParts) {
    super(parts.scope, []);
    this.inboxes = new Made((id) => new InboxStore(parts, id, this.get(id) ?? null));
  }

  get(id: string | undefined): InboxSummary | undefined {
    return this.getSnapshot().find((inbox) => inbox.id === id);
  }

  override put(inboxes: readonly InboxSummary[]): void {
    super.put(inboxes);
    for (const [id, inbox] of this.inboxes) inbox.put(this.get(id) ?? null);
  }

  change(changed: Omit<InboxSummary, 'capability'>): void {
    this.put(this.getSnapshot().map((inbox) => (inbox.id === changed.id ? { ...inbox, ...changed } : inbox)));
  }
}
