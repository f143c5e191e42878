/** Invariants of the event log and of what clients see of it (I19–I23), judged from a recorded run. */

import type { ConversationRow, Entry, EventData } from '@latchbox/shared';
import { lastDump, report, type Violation } from './checkers-locks.ts';
import type { EventRow } from './history-dump.ts';
import type { Run, Snapshot } from './history.ts';

/** Equal values give equal texts, whatever the order of their fields. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}

const place = (event: { stream: string; seq: number }): string => `${event.stream}@${event.seq}`;

/** I19: each stream counts 1, 2, 3 … without gap or repetition, and what was written stays as it was. */
export function checkDenseLog(run: Run): Violation[] {
  const { found, add } = report('I19');
  const dump = lastDump(run);
  const next = new Map<string, number>();
  for (const event of dump.events) {
    const expected = (next.get(event.stream) ?? 0) + 1;
    if (event.seq !== expected) add(`${place(event)} where ${expected} is due`);
    next.set(event.stream, event.seq);
  }
  for (const { id, lastSeq } of dump.streams) {
    if ((next.get(id) ?? 0) !== lastSeq) add(`${id} counts ${lastSeq} and holds ${next.get(id) ?? 0}`);
  }
  const written = new Map<string, string>();
  for (const { events } of run.dumps) {
    const here = new Map(events.map((event) => [place(event), canonical(event.data)]));
    for (const [key, text] of written) if (here.get(key) !== text) add(`${key} was changed or lost`);
    for (const [key, text] of here) written.set(key, text);
  }
  return found;
}

/** I20: a client that stayed to the end has every event from its subscription to the head. */
export function checkNoLoss(run: Run): Violation[] {
  const { found, add } = report('I20');
  const heads = new Map(lastDump(run).streams.map((row) => [row.id, row.lastSeq]));
  for (const delivery of run.deliveries) {
    if (!delivery.live) continue;
    const head = heads.get(delivery.stream) ?? 0;
    const got = new Set(delivery.events.map(({ event }) => event.seq));
    const missing: number[] = [];
    for (let seq = delivery.from + 1; seq <= head; seq += 1) if (!got.has(seq)) missing.push(seq);
    if (missing.length > 0) {
      add(
        `${delivery.client} lacks ${missing.length} of ${delivery.stream}, first ${missing[0]} (head ${head})`,
      );
    }
  }
  return found;
}

/** I21: a connection gets a stream strictly one after the other. */
export function checkInOrder(run: Run): Violation[] {
  const { found, add } = report('I21');
  for (const delivery of run.deliveries) {
    let before = delivery.from;
    for (const { event } of delivery.events) {
      if (event.seq !== before + 1) add(`${delivery.client} got ${place(event)} after ${before}`);
      before = event.seq;
    }
  }
  return found;
}

interface Folded {
  readonly rows: Map<string, ConversationRow>;
  readonly threads: Map<string, Entry[]>;
}

function apply(state: Folded, data: EventData): void {
  if ('row' in data) state.rows.set(data.row.id, data.row);
  if (data.type === 'entry.added') {
    const thread = state.threads.get(data.entry.conversationId);
    if (thread === undefined) state.threads.set(data.entry.conversationId, [data.entry]);
    else thread.push(data.entry);
  }
  if (data.type === 'reply.delivery') {
    const thread = state.threads.get(data.conversationId) ?? [];
    const at = thread.findIndex((entry) => entry.kind === 'reply' && entry.position === data.position);
    const entry = thread[at];
    if (entry?.kind === 'reply') thread[at] = { ...entry, delivery: data.delivery };
  }
}

/** What the events of a stream up to `seq` add up to. */
export function foldEvents(events: readonly EventRow[], stream: string, seq: number): Folded {
  const state: Folded = { rows: new Map(), threads: new Map() };
  for (const event of events) if (event.stream === stream && event.seq <= seq) apply(state, event.data);
  return state;
}

/** In what a row differs from what its events say; a whole row is too long to be told. */
function differenceOf(row: ConversationRow, expected: ConversationRow | undefined): string {
  if (expected === undefined) return 'there is no event of it';
  const names = new Set([...Object.keys(row), ...Object.keys(expected)]) as Set<keyof ConversationRow>;
  return [...names]
    .filter((name) => canonical(row[name]) !== canonical(expected[name]))
    .map((name) => `${name} is ${canonical(row[name])}, its events say ${canonical(expected[name])}`)
    .join('; ');
}

function compareSnapshot(snapshot: Snapshot, folded: Folded, add: (story: string) => void): void {
  const at = `${snapshot.client}: ${snapshot.stream}@${snapshot.seq}`;
  for (const row of snapshot.rows) {
    const expected = folded.rows.get(row.id);
    if (canonical(row) !== canonical(expected)) add(`${at}: ${row.id}: ${differenceOf(row, expected)}`);
  }
  if (snapshot.complete && snapshot.rows.length !== folded.rows.size) {
    add(`${at}: ${snapshot.rows.length} rows, its events say ${folded.rows.size}`);
  }
  for (const { conversationId, entries } of snapshot.threads) {
    const expected = folded.threads.get(conversationId) ?? [];
    if (canonical(entries) !== canonical(expected)) {
      add(`${at}: thread ${conversationId} is ${canonical(entries)}, its events say ${canonical(expected)}`);
    }
  }
}

/** I22: a snapshot is what the events up to its sequence number add up to. */
export function checkSnapshots(run: Run): Violation[] {
  const { found, add } = report('I22');
  const { events } = lastDump(run);
  for (const snapshot of run.snapshots) {
    compareSnapshot(snapshot, foldEvents(events, snapshot.stream, snapshot.seq), add);
  }
  return found;
}

/** I23: everybody sees the same content in the same place, and it is what stands in the log. */
export function checkAgreement(run: Run): Violation[] {
  const { found, add } = report('I23');
  const log = new Map(lastDump(run).events.map((event) => [place(event), event.data]));
  /** Texts that were compared already, by place: most clients got the same bytes. */
  const right = new Map<string, string>();
  for (const { client, events } of run.deliveries) {
    for (const { event } of events) {
      const key = place(event);
      const text = JSON.stringify(event.data);
      if (right.get(key) === text) continue;
      const stored = log.get(key);
      if (stored !== undefined && canonical(event.data) === canonical(stored)) right.set(key, text);
      else add(`${client} saw another ${key} than the log has`);
    }
  }
  return found;
}
