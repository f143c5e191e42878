/** What must hold while a simulation goes on, when it has come to rest, and when everybody has gone home. */
import { compareRows, rowMatches } from '@latchbox/shared/list-query';
import { readMarksOf } from '@latchbox/server/src/database/own.ts';
import { conversationRow } from '@latchbox/server/src/database/rows.ts';
import { threadEntries } from '@latchbox/server/src/database/threads.ts';
import { checkLog, checkStored } from './ledger.ts';
import { CONVERSATIONS, type ConversationName, type InboxName } from './office.ts';
import { QUERIES } from './queries.ts';
import type { Seat } from './seat.ts';
import type { World } from './world.ts';

/** After every step: one lock is shown as their own by no two clients. */
export function meanwhile(world: World): void {
  for (const name of CONVERSATIONS) {
    const holders = new Map<number, Seat>();
    for (const seat of world.seats) {
      const state = seat.conversation(name).lock.getSnapshot();
      if (state.status !== 'mine') continue;
      const other = holders.get(state.lock.fence);
      if (other !== undefined) {
        const who = `${seat.name} and ${other.name}`;
        world.violated(
          'I2 one holder',
          `${who} both hold the ${name} conversation under fence ${state.lock.fence}`,
        );
      }
      holders.set(state.lock.fence, seat);
    }
  }
}

/** Whether nothing is seen to be under way: everybody is back, nothing is held, and nobody waits for an answer. */
export function isQuiet(world: World): boolean {
  return (
    stillWaiting(world).length === 0 &&
    world.servers.every(({ isUp }) => isUp) &&
    world.seats.every(
      (seat) =>
        seat.client.connection.getSnapshot().name === 'connected' &&
        seat.waiting.size === 0 &&
        seat.client.sync.getSnapshot().unsent === 0 &&
        // An open conversation asks for its lock by itself.
        CONVERSATIONS.every((name) => seat.conversation(name).lock.getSnapshot().status !== 'requesting'),
    )
  );
}

/** Whether anybody is shown to be typing, as somebody is for a while who was cut off in it. */
export function isTypedAnywhere(world: World): boolean {
  return world.seats.some((seat) =>
    CONVERSATIONS.some((name) => seat.conversation(name).typists.getSnapshot().length > 0),
  );
}

const PASSING: readonly { readonly what: string; readonly find: string }[] = [
  { what: 'open locks', find: 'SELECT conversation_id FROM lock_epochs WHERE ended_at IS NULL' },
  { what: 'places in line', find: 'SELECT conversation_id FROM lock_line' },
  { what: 'offers', find: 'SELECT conversation_id FROM lock_offers' },
  { what: 'replies on their way', find: "SELECT conversation_id FROM replies WHERE delivery = 'queued'" },
  { what: 'open questions', find: 'SELECT conversation_id FROM lock_asks WHERE closed_at IS NULL' },
];

/** What of locks has an end by itself, and has not come to it. */
function stillWaiting(world: World): string[] {
  return PASSING.flatMap(({ what, find }) => {
    const { length } = world.office.store.all(find);
    return length === 0 ? [] : [`${length} ${what}`];
  });
}

/** When everything works again and nobody does anything any more. */
export async function atRest(world: World): Promise<void> {
  same(world, 'nobody waits for ever', 'what nobody does anything about', stillWaiting(world), []);
  checkLog(world);
  checkStored(world);
  for (const seat of world.seats) {
    checkNobodyWaits(world, seat);
    await checkConversations(world, seat);
    await checkLists(world, seat);
  }
  await checkRows(world);
}

/** When all clients and servers are gone. */
export async function ended(world: World): Promise<void> {
  const { store, conversations } = world.office;
  const open = store.raw.prepare('SELECT conversation_id FROM lock_epochs WHERE ended_at IS NULL').all();
  if (open.length > 0)
    world.violated('I6 no orphan', `${open.length} locks are open after everybody has gone`);
  const held = await world.coordination.held(Object.values(conversations).map(({ id }) => id));
  if (held.length > 0) world.violated('I6 no orphan', `leases are left for ${held.join(', ')}`);
  if (world.time.pending > 0)
    world.violated('law 7', `${world.time.pending} timers are left: ${world.time.waiting}`);
}

function same(world: World, invariant: string, what: string, is: unknown, must: unknown): void {
  const [a, b] = [plain(is), plain(must)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const near = (text: string): string => text.slice(Math.max(0, at - 60), at + 120);
  world.violated(invariant, `${what} is …${near(a)}…, must be …${near(b)}…`);
}

function checkNobodyWaits(world: World, seat: Seat): void {
  const { name, client, waiting } = seat;
  same(world, 'I31 recovery', `${name}'s connection`, client.connection.getSnapshot().name, 'connected');
  same(world, 'nobody waits for ever', `what ${name} waits for`, [...waiting], []);
  same(world, 'nobody waits for ever', `what ${name} has unsent`, client.sync.getSnapshot().unsent, 0);
}

/** The inboxes that an agent may see, by the database. */
function visible(world: World, agentId: string): Set<string> {
  const rows = world.office.store.all<{ id: string }>(
    'SELECT inbox_id AS id FROM inbox_members WHERE agent_id = ?',
    agentId,
  );
  return new Set(rows.map(({ id }) => id));
}

async function checkConversations(world: World, seat: Seat): Promise<void> {
  const seen = visible(world, seat.agentId);
  for (const name of CONVERSATIONS) {
    const { id, inbox } = world.office.conversations[name];
    const { status, entries } = seat.conversation(name).getSnapshot();
    const what = `${seat.name}'s ${name} conversation`;
    same(world, 'no ghost typist', `who types in ${what}`, seat.conversation(name).typists.getSnapshot(), []);
    if (!seat.opened.has(name)) continue;
    if (!seen.has(world.office.inboxes[inbox])) {
      same(world, 'I24 membership', what, status, 'gone');
      continue;
    }
    same(world, 'I20 no loss', what, status, 'ready');
    if (status !== 'ready') continue;
    const stored = await threadEntries(world.office.store.db.read, id, null, 500);
    same(world, 'I22 snapshot', `the thread of ${what}`, entries, stored.slice(-entries.length));
    await checkLock(world, seat, name);
    checkViewers(world, seat, name, inbox);
  }
}

async function checkLock(world: World, seat: Seat, name: ConversationName): Promise<void> {
  const state = seat.conversation(name).lock.getSnapshot();
  if (state.status === 'lost') return;
  const { lock } = await conversationRow(world.office.store.db.read, world.office.conversations[name].id);
  const shown = state.status === 'mine' ? `mine ${state.lock.fence}` : state.status;
  const mine = lock.status === 'held' && lock.holder.id === seat.agentId;
  const must = lock.status !== 'held' ? lock.status : mine ? `mine ${lock.fence}` : 'theirs';
  if (mine && shown === 'mine-elsewhere') return;
  same(world, 'I9 holder knows', `the lock of ${name} as ${seat.name} sees it`, shown, must);
}

/** Who has it open: one a person. */
function checkViewers(world: World, seat: Seat, name: ConversationName, inbox: InboxName): void {
  const shown = seat
    .conversation(name)
    .viewers.getSnapshot()
    .map(({ person }) => person.id)
    .sort();
  const inboxId = world.office.inboxes[inbox];
  const there = world.seats.filter((one) => one.opened.has(name) && visible(world, one.agentId).has(inboxId));
  const must = [...new Set(there.map(({ agentId }) => agentId))].sort();
  same(world, 'I32 presence', `who ${seat.name} sees in the ${name} conversation`, shown, must);
}

async function checkLists(world: World, seat: Seat): Promise<void> {
  const { store, conversations } = world.office;
  const seen = visible(world, seat.agentId);
  const all = await Promise.all(
    Object.values(conversations).map(({ id }) => conversationRow(store.db.read, id)),
  );
  const ids = all.map(({ id }) => id);
  const reads = await readMarksOf(store.db.read, seat.agentId, ids);
  for (const query of QUERIES) {
    const { status, rows } = seat.client.list(query).getSnapshot();
    if (status === 'idle') continue;
    const must = all
      .map((row) => ({ ...row, unread: row.newestIncoming > (reads[row.id] ?? 0) }))
      .filter((row) => seen.has(row.inboxId) && rowMatches(query, row, seat.agentId))
      .sort(compareRows);
    same(world, 'I22 snapshot', `${seat.name}'s list ${JSON.stringify(query)}`, rows, must);
  }
}

/** The newest row that was told is what a snapshot would say now. */
async function checkRows(world: World): Promise<void> {
  const { store, conversations, inboxes } = world.office;
  for (const [name, { id, inbox }] of Object.entries(conversations)) {
    const told = store.raw
      .prepare<[string, string], { row: string }>(
        "SELECT data ->> '$.row' AS row FROM events WHERE stream = ? AND data ->> '$.row.id' = ? ORDER BY seq DESC LIMIT 1",
      )
      .get(`inbox:${inboxes[inbox]}`, id);
    if (told === undefined) continue;
    const must = await conversationRow(store.db.read, id);
    same(world, 'I22 fold', `the last event of ${name}`, JSON.parse(told.row), must);
  }
}

/** As JSON with all keys in order, so that two ways to build the same thing compare equal. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isPlainObject(part) ? inOrder(part) : part)) ?? '';
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inOrder = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
