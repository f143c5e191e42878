import type { MemoryConnection } from '../memory-transport.ts';
import type { DownItem } from '@latchbox/shared/realtime/down/index';
import type { Typist, Viewer } from '@latchbox/shared/model/presence';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { World } from './world.ts';

/** What presence needs to know of a connection. */
export interface PresentClient {
  readonly connection: MemoryConnection;
  readonly session: { readonly agentId: string } | undefined;
  readonly cursors: ReadonlyMap<string, number>;
  readonly viewing: ReadonlySet<string>;
  readonly hidden: boolean;
  readonly outbox: DownItem[];
}

type Present = NonNullable<UpResult<'stream.subscribe'>['present']>;

/** Who views, who types, who is there. */
export class FakeThere {
  readonly #world: World;
  readonly #clients: ReadonlySet<PresentClient>;
  readonly #typingExpires: () => number;
  readonly #typing = new Map<string, Map<string, { kind: 'reply' | 'note'; until: number }>>();

  constructor(world: World, clients: ReadonlySet<PresentClient>, typingExpires: () => number) {
    this.#world = world;
    this.#clients = clients;
    this.#typingExpires = typingExpires;
  }

  typing(agentId: string, conversationId: string, kind: 'reply' | 'note' | null): void {
    const inboxId = this.#world.conversations.get(conversationId)?.inboxId;
    if (inboxId === undefined) return;
    const typists =
      this.#typing.get(conversationId) ?? new Map<string, { kind: 'reply' | 'note'; until: number }>();
    this.#typing.set(conversationId, typists);
    if (kind === null && !typists.delete(agentId)) return;
    const until = this.#world.clock.now() + (kind === null ? 0 : this.#typingExpires());
    if (kind !== null) typists.set(agentId, { kind, until });
    this.#tell(inboxId, {
      t: 'typing',
      inboxId,
      conversationId,
      person: this.#world.person(agentId),
      kind,
      until,
    });
  }

  typists(conversationId: string): Typist[] {
    const now = this.#world.clock.now();
    return [...(this.#typing.get(conversationId) ?? [])]
      .filter(([, { until }]) => until > now)
      .map(([agentId, typing]) => ({ person: this.#world.person(agentId), ...typing }));
  }

  viewers(conversationId: string): Viewer[] {
    const byAgent = new Map<string, Viewer>();
    for (const { session, viewing, hidden } of this.#clients) {
      if (session === undefined || !viewing.has(conversationId)) continue;
      const before = byAgent.get(session.agentId);
      const availability = hidden && before?.availability !== 'online' ? 'away' : 'online';
      const sessions = (before?.sessions ?? 0) + 1;
      byAgent.set(session.agentId, { person: this.#world.person(session.agentId), sessions, availability });
    }
    return [...byAgent.values()];
  }

  present(inboxId: string): Present {
    const people = [...this.#world.agents.values()]
      .filter(({ inboxes }) => inboxes.has(inboxId))
      .map(({ id }) => ({ person: this.#world.person(id), availability: this.#availability(id) }))
      .filter(({ availability }) => availability !== 'offline');
    const conversations = [...this.#world.conversations.values()]
      .filter((conversation) => conversation.inboxId === inboxId)
      .map(({ id }) => ({ conversationId: id, viewers: this.viewers(id), typists: this.typists(id) }))
      .filter(({ viewers, typists }) => viewers.length + typists.length > 0);
    return { people, total: people.length, conversations };
  }

  tellViewers(conversationId: string): void {
    const inboxId = this.#world.conversations.get(conversationId)?.inboxId;
    if (inboxId === undefined) return;
    this.#tell(inboxId, { t: 'viewers', inboxId, conversationId, viewers: this.viewers(conversationId) });
  }

  tellPresence(agentId: string): void {
    for (const inboxId of this.#world.agents.get(agentId)?.inboxes.keys() ?? []) {
      const changes = [{ person: this.#world.person(agentId), availability: this.#availability(agentId) }];
      this.#tell(inboxId, { t: 'presence', inboxId, changes, total: this.present(inboxId).total });
    }
  }

  /** A connection is gone, with all that it showed. */
  gone(agentId: string, viewing: ReadonlySet<string>): void {
    for (const id of viewing) this.tellViewers(id);
    for (const [id, typists] of this.#typing) if (typists.has(agentId)) this.typing(agentId, id, null);
    this.tellPresence(agentId);
  }

  #availability(agentId: string): 'online' | 'away' | 'offline' {
    const clients = [...this.#clients].filter(({ session }) => session?.agentId === agentId);
    if (clients.length === 0) return 'offline';
    return clients.every(({ hidden }) => hidden) ? 'away' : 'online';
  }

  #tell(inboxId: string, item: DownItem): void {
    for (const client of this.#clients) if (client.cursors.has(`inbox:${inboxId}`)) client.outbox.push(item);
  }
}
