/**
 * The counts of the navigation. Counting in the database would cost every agent a look at every open conversation, again after
 * every event. So each server keeps the open conversations of the inboxes it is asked about in memory, as a fold of their event
 * logs: an answer costs what happened since the last one. It is exact for the moment that its cursors name.
 */
import type { Cursor, EventData, InboxCounts, StreamId, UpResult } from '@latchbox/shared';
import { countedRows } from '../../database/counts.ts';
import type { Handle } from '../../database/database.ts';
import { streamHeads } from '../../database/deliveries.ts';
import { eventsAfter, streamHead } from '../../database/event-log.ts';
import { inboxScope } from '../../database/inbox-scope.ts';
import { readMarksOf } from '../../database/own.ts';
import { nextTurn } from '../../lib/next-turn.ts';
import { CountedInbox } from './counted-inbox.ts';
import type { MessagingDeps } from '../deps.ts';
import { UnreadView } from './unread-view.ts';

export interface Counting {
  /** The counts of every inbox that the agent may see. */
  counts(agentId: string): Promise<UpResult<'inbox.counts'>>;
}

export interface CountingSettings {
  /** Conversations of an inbox that are kept in memory at most (about 150 bytes each); of a larger one only these are counted. */
  readonly mostRows: number;
  /** Inboxes and agents that are kept; the one that was not asked about for longest goes. */
  readonly mostInboxes: number;
  readonly mostAgents: number;
  /** Whoever is so many events behind counts afresh. */
  readonly mostBehind: number;
}
const SETTINGS: CountingSettings = {
  mostRows: 100_000,
  mostInboxes: 500,
  mostAgents: 2_000,
  mostBehind: 2_000,
};
/** Rows that are read between two turns of the event loop. */
const PAGE = 500;
/** A part of an inbox that was counted in part is counted afresh when so much of it is gone. */
const TOO_FEW = 0.9;

interface AgentViews {
  /** The agent's marks are known up to this event of its own stream. */
  seq: number;
  readonly inboxes: Map<string, UnreadView>;
}
/** An inbox that has to be loaded, and how many the agent has. */
interface Missing {
  readonly inboxId: string;
  readonly of: number;
}

export function createCounting(deps: MessagingDeps, settings: Partial<CountingSettings> = {}): Counting {
  const counter = new Counter(deps, { ...SETTINGS, ...settings });
  let last: Promise<unknown> = Promise.resolve();
  return {
    // One after the other: what is in memory has one moment.
    counts(agentId) {
      const answer = last.then(() => counter.counts(agentId));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

class Counter {
  readonly #deps: MessagingDeps;
  readonly #settings: CountingSettings;
  readonly #inboxes = new Map<string, CountedInbox>();
  readonly #agents = new Map<string, AgentViews>();

  constructor(deps: MessagingDeps, settings: CountingSettings) {
    this.#deps = deps;
    this.#settings = settings;
  }

  async counts(agentId: string): Promise<UpResult<'inbox.counts'>> {
    for (;;) {
      const answer = await this.#deps.db.readTogether((db) => this.#answer(db, agentId));
      if (!('inboxId' in answer)) return answer;
      await this.#load(agentId, answer);
    }
  }

  /** Right, cursors and counts of one moment; or the inbox that has to be loaded first. */
  async #answer(db: Handle, agentId: string): Promise<UpResult<'inbox.counts'> | Missing> {
    const inboxIds = await inboxScope(db, agentId);
    const own: StreamId = `agent:${agentId}`;
    const streams = [...inboxIds.map((id): StreamId => `inbox:${id}`), own];
    const heads = await streamHeads(db, streams);
    const asOf = streams.map(
      (stream): Cursor => ({ stream, logEpoch: this.#deps.logEpoch, seq: heads.get(stream) ?? 0 }),
    );
    const views = recent(this.#agents, agentId);
    const marked = views && (await this.#marked(db, own, views.seq, heads.get(own) ?? 0));
    if (marked === undefined) this.#agents.delete(agentId);
    const inboxes: InboxCounts[] = [];
    for (const inboxId of inboxIds) {
      const inbox = await this.#current(db, inboxId, heads.get(`inbox:${inboxId}`) ?? 0);
      const view = views?.inboxes.get(inboxId);
      const known = inbox !== undefined && marked !== undefined && view?.inbox === inbox;
      if (!known || !(await view.follow(marked, (ids) => readMarksOf(db, agentId, ids)))) {
        views?.inboxes.delete(inboxId);
        return { inboxId, of: inboxIds.length };
      }
      inboxes.push(countsOf(inboxId, view, agentId));
    }
    // Only now: as long as something is missing, the same marks are asked for again.
    if (views !== undefined) {
      views.seq = heads.get(own) ?? 0;
      // What is not followed goes: it would miss the marks that move until it is the agent's again.
      for (const id of views.inboxes.keys()) if (!inboxIds.includes(id)) views.inboxes.delete(id);
    }
    return { inboxes, asOf };
  }

  /** Conversations whose mark has moved since; undefined when there are too many. */
  async #marked(db: Handle, own: StreamId, from: number, head: number): Promise<string[] | undefined> {
    if (head - from > this.#settings.mostBehind) return undefined;
    const events = await this.#eventsBetween(db, own, from, head);
    return events.flatMap((event) => (event.type === 'read.marked' ? [event.conversationId] : []));
  }

  /** The inbox with everything in it that is committed; undefined when it has to be loaded. */
  async #current(db: Handle, inboxId: string, head: number): Promise<CountedInbox | undefined> {
    const inbox = recent(this.#inboxes, inboxId);
    if (inbox === undefined) return undefined;
    if (head - inbox.seq > this.#settings.mostBehind) {
      this.#inboxes.delete(inboxId);
      return undefined;
    }
    for (const event of await this.#eventsBetween(db, `inbox:${inboxId}`, inbox.seq, head)) {
      if ('row' in event) inbox.put({ ...event.row, responsibleId: event.row.assignee?.id ?? null });
      else if (event.type === 'conversation.moved') inbox.drop(event.conversationId);
    }
    inbox.seq = head;
    if (!inbox.partial || inbox.size >= TOO_FEW * this.#settings.mostRows) return inbox;
    this.#inboxes.delete(inboxId);
    return undefined;
  }

  async #eventsBetween(db: Handle, stream: StreamId, from: number, head: number): Promise<EventData[]> {
    if (head <= from) return [];
    const stored = await eventsAfter(db, stream, from, head - from);
    return stored.map(({ data }) => JSON.parse(data) as EventData);
  }

  async #load(agentId: string, missing: Missing): Promise<void> {
    const { inboxId } = missing;
    const inbox = this.#inboxes.get(inboxId) ?? (await this.#loadInbox(missing));
    const views = this.#agents.get(agentId) ?? (await this.#newViews(agentId));
    const view = new UnreadView(inbox);
    for (let from: number | undefined = 0; from !== undefined; await nextTurn()) {
      from = await view.fill(from, PAGE, (ids) => readMarksOf(this.#deps.db.read, agentId, ids));
    }
    views.inboxes.set(inboxId, view);
  }

  /**
   * Page by page, and so not of one moment. That mends itself: the events that come after `seq` say of everything that changed
   * meanwhile how it is now.
   */
  async #loadInbox({ inboxId, of }: Missing): Promise<CountedInbox> {
    const { db } = this.#deps;
    const inbox = new CountedInbox(await streamHead(db.read, `inbox:${inboxId}`), this.#settings.mostRows);
    for (const status of ['open', 'snoozed'] as const) {
      for (let after: Parameters<typeof countedRows>[2] = null; !inbox.partial; await nextTurn()) {
        const page = await countedRows(db.read, { inboxId, status }, after, PAGE);
        for (const row of page) inbox.put(row);
        after = page.at(-1) ?? null;
        if (page.length < PAGE) break;
      }
    }
    // All inboxes of one agent have to be there at once.
    keep(this.#inboxes, inboxId, inbox, Math.max(of, this.#settings.mostInboxes));
    return inbox;
  }

  async #newViews(agentId: string): Promise<AgentViews> {
    // Before the marks are read: what moves meanwhile is looked at again.
    const views = { seq: await streamHead(this.#deps.db.read, `agent:${agentId}`), inboxes: new Map() };
    keep(this.#agents, agentId, views, this.#settings.mostAgents);
    return views;
  }
}

function countsOf(inboxId: string, view: UnreadView, agentId: string): InboxCounts {
  const { open, snoozed, unassigned } = view.inbox;
  const mine = view.inbox.assignedTo(agentId);
  let mineUnread = 0;
  for (const slot of mine) if (view.has(slot)) mineUnread += 1;
  return { inboxId, open, unread: view.count, mine: mine.size, mineUnread, unassigned, snoozed };
}

/** What is asked about stands at the end of its map. */
function recent<T>(map: Map<string, T>, key: string): T | undefined {
  const value = map.get(key);
  if (value !== undefined) {
    map.delete(key);
    map.set(key, value);
  }
  return value;
}

function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
