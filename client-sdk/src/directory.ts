import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Inbox } from './client.ts';
import { Made } from './lib/made.ts';
import { Store } from './lib/readable.ts';
import type { Scope } from './lib/scope.ts';
import type { ConversationList, ListQuery } from './sync/list.ts';

/** An inbox by its id, whether or not this agent may see it. */
class InboxStore extends Store<InboxSummary | null> implements Inbox {
  readonly id: string;
  readonly presence: Inbox['presence'];
  readonly list: Inbox['list'];

  constructor(directory: Directory, id: string, parts: DirectoryParts) {
    super(parts.scope, null);
    this.id = id;
    this.presence = parts.presence.of(id);
    this.list = (query) => parts.list({ ...query, inboxIds: [id] });
    this.put(directory.get(id) ?? null);
  }
}

export interface DirectoryParts {
  readonly scope: Scope;
  readonly presence: Made<Inbox['presence']>;
  list(query: ListQuery): ConversationList;
}

/** The inboxes that the agent may see: all of them, and each by its id. */
export class Directory extends Store<readonly InboxSummary[]> {
  readonly each: Made<InboxStore>;

  constructor(parts: DirectoryParts) {
    super(parts.scope, []);
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
