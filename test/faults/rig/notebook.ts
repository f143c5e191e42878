/** Everything that a run writes down, from all its processes, until it is judged. */

import type { StreamEvent } from '@latchbox/shared';
import type { Violation } from '../../tools/checkers-locks.ts';
import { type Delivery, History, monotonic, type Snapshot } from '../../tools/history.ts';
import type {
  AdminAct,
  Disclosure,
  LeaseHolding,
  LeaseReading,
  Membership,
  Orphan,
  Outage,
  ClockJump,
  PresenceSample,
  Probe,
  ProcessExit,
  ResourceSample,
  SessionEnd,
  SocketLife,
} from '../../tools/history-record.ts';
import type { Batch, DeliveryPart, Incoming } from './messages.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Received = Mutable<Omit<Delivery, 'events'>> & { events: { event: StreamEvent; at: number }[] };

export interface Notebook {
  readonly history: History;
  readonly deliveries: readonly Delivery[];
  readonly snapshots: Snapshot[];
  readonly memberships: Mutable<Membership>[];
  readonly sessionEnds: SessionEnd[];
  readonly adminActs: AdminAct[];
  readonly outages: Mutable<Outage>[];
  readonly clockJumps: Mutable<ClockJump>[];
  readonly exits: ProcessExit[];
  readonly leases: LeaseReading[];
  readonly holdings: LeaseHolding[];
  readonly orphans: Orphan[];
  readonly probes: Probe[];
  readonly resources: ResourceSample[];
  readonly disclosures: Disclosure[];
  readonly lives: SocketLife[];
  readonly presence: PresenceSample[];
  readonly incoming: Incoming[];
  readonly wrong: Violation[];
  /** A batch of the client process of this group. */
  add(group: number, batch: Batch): void;
  /** All clients are asked to end now: what is live at this moment lived to the end of the run. */
  closing(): void;
  /** Some servers can not reach a part from now on; returns what ends that: called before the part is given back, since it answers at once. */
  outage(of: Outage['of'], nodes: readonly number[]): () => void;
  /** The wall clock of a server is off by so many ms from now on; returns what ends that, called when it is right again. */
  clockJump(ms: number): () => void;
}

export function createNotebook(): Notebook {
  const history = new History();
  const deliveries: Received[] = [];
  const byPart = new Map<string, Received>();
  const contents: StreamEvent[][] = [];
  /** Equal events of several processes are one object. */
  const interned = new Map<string, StreamEvent>();

  const intern = (event: StreamEvent): StreamEvent => {
    const text = JSON.stringify(event);
    const known = interned.get(text);
    if (known === undefined) interned.set(text, event);
    return known ?? event;
  };
  /** Deliveries that lived until the clients were asked to end. */
  const stayed = new Set<Received>();
  const addPart = (group: number, { id, added, ...meta }: DeliveryPart): void => {
    const key = `${group}/${id}`;
    let received = byPart.get(key);
    if (received === undefined) {
      received = { ...meta, events: [] };
      byPart.set(key, received);
      deliveries.push(received);
    } else Object.assign(received, meta, stayed.has(received) ? { live: true } : {});
    for (const [place, at] of added) {
      const event = contents[group]?.[place];
      if (event === undefined) throw new Error(`group ${group} tells of an event that it never sent`);
      received.events.push({ event, at });
    }
  };

  const book: Notebook = {
    history,
    deliveries,
    snapshots: [],
    memberships: [],
    sessionEnds: [],
    adminActs: [],
    outages: [],
    clockJumps: [],
    exits: [],
    leases: [],
    holdings: [],
    orphans: [],
    probes: [],
    resources: [],
    disclosures: [],
    lives: [],
    presence: [],
    incoming: [],
    wrong: [],
    add(group, batch) {
      history.add(batch.ops);
      (contents[group] ??= []).push(...batch.events.map(intern));
      for (const part of batch.deliveries) addPart(group, part);
      book.disclosures.push(...batch.disclosures);
      book.lives.push(...batch.lives);
      book.presence.push(...batch.presence);
      book.incoming.push(...batch.incoming);
      book.wrong.push(...batch.wrong);
    },
    closing() {
      for (const received of deliveries) if (received.live) stayed.add(received);
    },
    outage(of, nodes) {
      const outage: Mutable<Outage> = { of, nodes: nodes.map(String), from: monotonic(), to: Infinity };
      book.outages.push(outage);
      return () => {
        outage.to = monotonic();
      };
    },
    clockJump(ms) {
      const jump: Mutable<ClockJump> = { ms, from: monotonic(), to: Infinity };
      book.clockJumps.push(jump);
      return () => {
        jump.to = monotonic();
      };
    },
  };
  return book;
}
