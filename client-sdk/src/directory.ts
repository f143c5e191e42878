import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Inbox } from './client.ts';
import type { Hub } from './hub.ts';
import { Made } from './lib/made.ts';
import { Store } from './lib/readable.ts';
import type { Abortable } from './lib/scope.ts';
import type { Member } from './rest-types.ts';
import type { ConversationList, ListQuery } from './sync/list.ts';

export interface DirectoryParts extends Pick<Hub, 'core' | 'rest'> {
  readonly presence: Made<Inbox['presence']>;
  list(query: ListQuery): ConversationList;
}

/** An inbox by its id, whether or not this agent may see it. */
class InboxStore extends Store<InboxSummary | null> implements Inbox {
  readonly id: string;
  readonly presence: Inbox['presence'];
  readonly #parts: DirectoryParts;

  constructor(directory: Directory, id: string, parts: DirectoryParts) {
    super(parts.core.scope, null);
    this.id = id;
    this.presence = parts.presence.of(id);
    this.#parts = parts;
    this.put(directory.get(id) ?? null);
  }

  list(query?: Omit<ListQuery, 'inboxIds'>): ConversationList {
    return this.#parts.list({ ...query, inboxIds: [this.id] });
  }

  members(options?: Abortable): Promise<readonly Member[]> {
    return this.#parts.rest((rest) => rest.members(this.id, options), options);
  }
}

/** The inboxes that the agent may see: all of them, and each by its id. */
export class Directory extends Store<readonly InboxSummary[]> {
  readonly each: Made<InboxStore>;

  constructor(parts: DirectoryParts) {
    super(parts.core.scope, []);
    this.each = new Made((id) => new InboxStore(this, id, parts));
  }

  get(id: string | undefined): InboxSummary | undefined {
    return this.getSnapshot().find((inbox) => inbox.id === id);
  }

  override put(inboxes: readonly InboxSummary[]): void {
    super.put(inboxes);
    for (const [id, inbox] of this.each) inbox.put(this.get(id) ?? null);
  }
}
