import type { Me } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import { Store } from './lib/readable.ts';
import type { Scope } from './lib/scope.ts';

/** Who is signed in, and which inboxes that agent may see. */
export class Directory {
  readonly me: Store<Me | null>;
  readonly inboxes: Store<readonly InboxSummary[]>;
  readonly #scope: Scope;
  readonly #each = new Map<string, Store<InboxSummary | null>>();

  constructor(scope: Scope) {
    this.#scope = scope;
    this.me = new Store<Me | null>(scope, null);
    this.inboxes = new Store<readonly InboxSummary[]>(scope, []);
  }

  inbox(id: string): Store<InboxSummary | null> {
    let store = this.#each.get(id);
    if (store === undefined) {
      store = new Store(this.#scope, this.get(id) ?? null);
      this.#each.set(id, store);
    }
    return store;
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
