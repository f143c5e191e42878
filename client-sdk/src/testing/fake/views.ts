import { compareRows } from '@latchbox/shared/list-query';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { World } from './world.ts';

type Counts = UpResult<'inbox.counts'>['inboxes'][number];

/** What is read across conversations: a contact's others, and how many there are of which kind. */
export class FakeViews {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  earlier(
    agentId: string,
    { conversationId, limit }: UpInput<'conversation.earlier'>,
  ): UpResult<'conversation.earlier'> {
    const { contact } = this.#world.find(agentId, conversationId);
    const rows = [...this.#world.conversations.values()]
      .filter((other) => other.id !== conversationId && other.contact.address === contact.address)
      .filter((other) => this.#world.summary(agentId, other.inboxId) !== undefined)
      .map((other) => this.#world.row(other))
      .sort(compareRows);
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
  }

  counts(agentId: string): UpResult<'inbox.counts'> {
    const inboxIds = [...(this.#world.agents.get(agentId)?.inboxes.keys() ?? [])];
    const streams = [...inboxIds.map((id) => `inbox:${id}`), `agent:${agentId}`];
    return {
      inboxes: inboxIds.map((inboxId) => this.#count(agentId, inboxId)),
      asOf: streams.map((stream) => this.#world.cursor(stream)),
    };
  }

  #count(agentId: string, inboxId: string): Counts {
    const reads = this.#world.agents.get(agentId)?.reads;
    const rows = [...this.#world.conversations.values()]
      .filter((conversation) => conversation.inboxId === inboxId)
      .map((conversation) => this.#world.row(conversation));
    const open = rows.filter(({ status }) => status === 'open');
    const mine = open.filter(({ assignee }) => assignee?.id === agentId);
    const unread = (some: typeof rows) =>
      some.filter(({ id, newestIncoming }) => newestIncoming > (reads?.get(id) ?? 0)).length;
    return {
      inboxId,
      open: open.length,
      unread: unread(open),
      mine: mine.length,
      mineUnread: unread(mine),
      unassigned: open.filter(({ assignee }) => assignee === null).length,
      snoozed: rows.length - open.length - rows.filter(({ status }) => status === 'archived').length,
    };
  }
}
