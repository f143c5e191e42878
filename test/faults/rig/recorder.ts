/** Writes down what the connections of a client process say and hear, on the wire and not as the SDK tells it. */

import {
  fromWireError,
  LatchboxError,
  type Ack,
  type StreamEvent,
  type UpInput,
  type UpResult,
} from '@latchbox/shared';
import { answerOf } from '../../tools/history-client.ts';
import { monotonic, type Actor, type Op, outcomeOf } from '../../tools/history.ts';
import type { Disclosure, PresenceSample, SocketLife } from '../../tools/history-record.ts';
import type { Batch, DeliveryPart, Incoming } from './messages.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Part = Mutable<Omit<DeliveryPart, 'added'>> & {
  added: [number, number][];
  /**
   * Where a stream was subscribed to again on its connection: the first delivery goes on (subscribing twice keeps one), so what the second
   * one has told or is said to follow is passed over, as every client does. `undefined`: subscribed to once, and strict.
   */
  told: number | undefined;
  /** What came before the answer to a second subscription. */
  early: { readonly event: StreamEvent; readonly at: number }[] | undefined;
};

/** By which name the history knows a command, and what the checkers want of its result. */
const RECORDED: Readonly<Record<string, { readonly op: string; result(answer: never): unknown }>> = {
  'lock.acquire': { op: 'acquire', result: ({ fence }: UpResult<'lock.acquire'>) => ({ fence }) },
  'lock.takeOver': { op: 'takeOver', result: ({ fence }: UpResult<'lock.takeOver'>) => ({ fence }) },
  'lock.acceptOffer': { op: 'acceptOffer', result: ({ fence }: UpResult<'lock.acceptOffer'>) => ({ fence }) },
  'lock.handOver': { op: 'handOver', result: (answer: UpResult<'lock.handOver'>) => answer },
  'lock.join': { op: 'join', result: (answer: UpResult<'lock.join'>) => answer },
  'lock.leaveLine': { op: 'leaveLine', result: (answer: UpResult<'lock.leaveLine'>) => answer },
  'lock.ask': { op: 'ask', result: (answer: UpResult<'lock.ask'>) => answer },
  'lock.answer': { op: 'answer', result: () => ({}) },
  'lock.move': { op: 'move', result: ({ fence }: UpResult<'lock.move'>) => ({ fence }) },
  'lock.release': { op: 'release', result: ({ held }: UpResult<'lock.release'>) => ({ held }) },
  'lock.stay': { op: 'stay', result: () => ({}) },
  'conversation.leave': { op: 'leave', result: () => ({}) },
  'session.close': { op: 'close', result: () => ({}) },
  'reply.send': { op: 'send', result: (stored: UpResult<'reply.send'>) => answerOf(stored) },
  'note.add': { op: 'note', result: ({ entry }: UpResult<'note.add'>) => ({ entryId: entry.id }) },
};

/** One connection of one client, from its opening to its end. */
export interface Line {
  /** Something was asked; what it returns is called with the acknowledgement. */
  request(name: string, input: object): (ack: unknown) => void;
  frame(frame: unknown): void;
  /** The connection is over: whatever had no answer has none. */
  over(): void;
}

export interface Recorder {
  line(client: string, agentId: string, node: string): Line;
  wrong(invariant: string, story: string): void;
  incoming(message: Incoming): void;
  /** Whom a client shows as looking at something, at this moment. */
  shows(client: string, conversationId: string, shown: readonly string[]): void;
  /** What came since the last call; undefined when nothing did. */
  take(): Batch | undefined;
}

interface Item {
  readonly t: string;
  readonly event?: StreamEvent;
  readonly inboxId?: string;
}

/** Events by their content: what ten clients get is kept once. */
function createEventList() {
  const places = new Map<string, number>();
  let fresh: StreamEvent[] = [];
  let count = 0;
  return {
    place(event: StreamEvent): number {
      const text = JSON.stringify(event);
      const known = places.get(text);
      if (known !== undefined) return known;
      places.set(text, count);
      fresh.push(event);
      count += 1;
      return count - 1;
    },
    take(): StreamEvent[] {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}

interface Shelf {
  ops: Op[];
  disclosures: Disclosure[];
  lives: SocketLife[];
  presence: PresenceSample[];
  incoming: Incoming[];
  wrong: { invariant: string; story: string }[];
}
const emptyShelf = (): Shelf => ({
  ops: [],
  disclosures: [],
  lives: [],
  presence: [],
  incoming: [],
  wrong: [],
});

export function createRecorder(): Recorder {
  const events = createEventList();
  let dirty = new Set<Part>();
  let shelf = emptyShelf();
  let nextPart = 0;
  const touch = (part: Part): void => void dirty.add(part);
  const openPart = (part: Omit<Part, 'id'>): Part => {
    nextPart += 1;
    return { ...part, id: nextPart };
  };
  return {
    line: (client, agentId, node) =>
      new RecordedLine({ client, agentId, node }, { events, openPart, touch, shelf: () => shelf }),
    wrong: (invariant, story) => void shelf.wrong.push({ invariant, story }),
    incoming: (message) => void shelf.incoming.push(message),
    shows: (client, conversationId, shown) =>
      void shelf.presence.push({ client, at: monotonic(), conversationId, shown }),
    take() {
      const kept = shelf;
      const some = Object.values(kept).reduce((sum, list) => sum + list.length, dirty.size);
      if (some === 0) return undefined;
      const deliveries = [...dirty].map(({ told: _told, early: _early, ...part }) => part);
      for (const part of dirty) part.added = [];
      dirty = new Set();
      shelf = emptyShelf();
      return { ...kept, deliveries, events: events.take() };
    },
  };
}

interface Where {
  readonly client: string;
  readonly agentId: string;
  readonly node: string;
}
interface Desk {
  readonly events: ReturnType<typeof createEventList>;
  openPart(part: Omit<Part, 'id'>): Part;
  touch(part: Part): void;
  shelf(): Shelf;
}
interface Asked {
  readonly name: string;
  readonly input: object;
  readonly tInvoke: number;
  readonly part: Part | undefined;
}

class RecordedLine implements Line {
  readonly #where: Where;
  readonly #desk: Desk;
  readonly #asked = new Set<Asked>();
  readonly #parts = new Map<string, Part>();
  readonly #once = new Set<string>();
  #sessionId = '';
  #since: number | undefined;
  #ended = false;

  constructor(where: Where, desk: Desk) {
    this.#where = where;
    this.#desk = desk;
  }

  request(name: string, input: object): (ack: unknown) => void {
    const part = name === 'stream.subscribe' ? this.#begin(input as UpInput<'stream.subscribe'>) : undefined;
    if (name === 'stream.unsubscribe') this.#stop((input as { stream: string }).stream);
    const asked: Asked = { name, input, tInvoke: monotonic(), part };
    this.#asked.add(asked);
    return (ack) => {
      if (!this.#asked.delete(asked)) return;
      const answer = ack as Ack<never>;
      if (answer.ok) this.#answered(asked, answer.result);
      else this.#refused(asked, fromWireError(answer.error));
    };
  }

  frame(frame: unknown): void {
    const at = monotonic();
    const { agentId } = this.#where;
    for (const item of (frame as { items: Item[] }).items) {
      if (item.event !== undefined) this.#event(item.event, at);
      else if (item.inboxId !== undefined)
        this.#desk
          .shelf()
          .disclosures.push({ inboxId: item.inboxId, agentId, at, asked: null, what: item.t });
    }
  }

  over(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stream of this.#parts.keys()) this.#stop(stream);
    for (const asked of this.#asked) this.#refused(asked, new LatchboxError('offline', {}));
    this.#asked.clear();
    if (this.#since !== undefined) {
      const { agentId } = this.#where;
      this.#desk.shelf().lives.push({ agentId, from: this.#since, to: monotonic() });
    }
  }

  #begin({ stream, after }: UpInput<'stream.subscribe'>): Part {
    this.#stop(stream);
    const { client, agentId, node } = this.#where;
    const part = this.#desk.openPart({
      client: `${client}@${node}`,
      sessionId: this.#sessionId,
      agentId,
      stream,
      logEpoch: after?.logEpoch ?? '',
      from: after?.seq ?? 0,
      head: 0,
      live: true,
      added: [],
      told: undefined,
      early: this.#once.has(stream) ? [] : undefined,
    });
    this.#once.add(stream);
    // From now on, not from the answer: frames of the replay may be faster than it.
    this.#parts.set(stream, part);
    return part;
  }

  #stop(stream: string): void {
    const part = this.#parts.get(stream);
    if (part === undefined) return;
    part.live = false;
    this.#parts.delete(stream);
    this.#desk.touch(part);
  }

  #event(event: StreamEvent, at: number): void {
    const part = this.#parts.get(event.stream);
    if (part !== undefined) this.#keep(part, event, at);
    else if (event.stream.startsWith('inbox:')) {
      // Nobody subscribes to it any more: who may still be told is a question all the same.
      const inboxId = event.stream.slice('inbox:'.length);
      const { agentId } = this.#where;
      this.#desk.shelf().disclosures.push({ inboxId, agentId, at, asked: null, what: 'event' });
    }
    // The server has ended this delivery.
    if (event.data.type === 'inbox.hidden') this.#stop(`inbox:${event.data.inboxId}`);
  }

  #keep(part: Part, event: StreamEvent, at: number): void {
    if (part.early !== undefined) return void part.early.push({ event, at });
    if (part.told !== undefined) {
      if (event.seq <= part.told) return;
      part.told = event.seq;
    }
    part.added.push([this.#desk.events.place(event), at]);
    this.#desk.touch(part);
  }

  /** The server says where the delivery of a stream begins. */
  #begun(part: Part, { logEpoch, from, head }: Pick<Part, 'logEpoch' | 'from' | 'head'>): void {
    Object.assign(part, { logEpoch, from, head });
    const { early } = part;
    if (early !== undefined) {
      part.early = undefined;
      part.told = from;
      for (const { event, at } of early) this.#keep(part, event, at);
    }
    this.#desk.touch(part);
  }

  #answered({ name, input, tInvoke, part }: Asked, result: never): void {
    if (name === 'hello') {
      this.#greeted(result, input as UpInput<'hello'>);
    }
    if (part !== undefined) {
      this.#begun(part, result as UpResult<'stream.subscribe'>);
    }
    this.#disclosed(name, result, tInvoke);
    const known = RECORDED[name];
    if (known === undefined) return;
    const start = this.#start(known.op, input, tInvoke);
    this.#desk.shelf().ops.push({ ...start, outcome: 'ok', result: known.result(result) } as unknown as Op);
  }

  #refused({ name, input, tInvoke, part }: Asked, error: LatchboxError): void {
    if (part !== undefined) this.#stop(part.stream);
    const known = RECORDED[name];
    if (known === undefined) return;
    const { code, details } = error;
    const start = this.#start(known.op, input, tInvoke);
    this.#desk.shelf().ops.push({ ...start, outcome: outcomeOf(error), code, details } as unknown as Op);
  }

  #start(op: string, args: object, tInvoke: number) {
    const { client, agentId, node } = this.#where;
    const actor: Actor = { agentId, sessionId: this.#sessionId };
    return { id: 0, process: client, node, actor, op, args, tInvoke, tReturn: monotonic() };
  }

  /** A greeting may have subscribed along with it; delivery starts after its answer. */
  #greeted({ session, streams = [] }: UpResult<'hello'>, { subscribe }: UpInput<'hello'>): void {
    this.#sessionId = session.id;
    this.#since = monotonic();
    for (const line of streams) {
      if (!line.ok) continue;
      const { stream } = line;
      const after = subscribe?.streams.find((asked) => asked.stream === stream)?.after ?? null;
      this.#begun(this.#begin({ stream, after }), line);
    }
  }

  /** What an answer tells about inboxes. */
  #disclosed(name: string, result: never, asked: number): void {
    const { agentId } = this.#where;
    const told = new Set<string>();
    if (name === 'conversation.open') told.add((result as UpResult<'conversation.open'>).row.inboxId);
    if (name === 'conversation.list')
      for (const row of (result as UpResult<'conversation.list'>).rows) told.add(row.inboxId);
    for (const inboxId of told)
      this.#desk.shelf().disclosures.push({ inboxId, agentId, at: monotonic(), asked, what: name });
  }
}
