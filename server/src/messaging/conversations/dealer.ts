/**
 * Deals what nobody has to those who are there, in turn (T2). Every server that works looks. The turns of an inbox are a row that
 * one transaction holds at a time, and a conversation is given only while it has nobody, so that two servers never give it twice.
 * What finds nobody waits, and is dealt when somebody comes or has room again.
 */
import { includesCapability } from '@latchbox/shared';
import { findAccess } from '../../database/authorize.ts';
import type { Database, Handle, Tx } from '../../database/database.ts';
import {
  assignmentOf,
  dealTo,
  holdAssignment,
  inboxesToDeal,
  openOf,
  type Player,
  playersOf,
  waitingIn,
  type WaitingRow,
} from '../../database/dealing.ts';
import type { Wake } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createLoop, type Loop } from '../../lib/loop.ts';
import { tellAssigned } from './tell-assigned.ts';
import { addActivity } from '../entries/activity.ts';

export interface DealerDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  /** Ms between two looks. */
  readonly every: number;
  /** Who is there in an inbox, over all servers: connected, in a tab that is seen, and not idle. */
  readonly present: (inboxId: string) => Promise<ReadonlySet<string>>;
}

/** So many of an inbox are looked at in one look at most; the others are not held up for longer. */
const MOST = 500;
const PAGE = 50;

export function createDealer(deps: DealerDeps): Loop {
  return createLoop({
    ...deps,
    firstAfter: deps.every,
    what: 'Conversations were not dealt; the next look comes',
    async look(isOver) {
      for (const inboxId of await inboxesToDeal(deps.db.read)) {
        if (isOver()) return;
        await dealInbox(deps, inboxId, isOver).catch((error: unknown) =>
          deps.log.error('An inbox was not dealt; the next look tries again', {
            inboxId,
            error: String(error),
          }),
        );
      }
    },
  });
}

async function dealInbox(deps: DealerDeps, inboxId: string, isOver: () => boolean): Promise<void> {
  const present = await deps.present(inboxId);
  if (present.size === 0) return;
  /** Teams (null: everybody) of which nobody is there with room. */
  const full = new Set<string | null>();
  let after: WaitingRow | null = null;
  for (let seen = 0; seen < MOST && !full.has(null); ) {
    const page: WaitingRow[] = await waitingIn(deps.db.read, inboxId, after, PAGE);
    for (const waiting of page) {
      if (isOver()) return;
      if (full.has(waiting.teamId)) continue;
      if ((await dealOne(deps, inboxId, waiting, present)) === 'nobody') full.add(waiting.teamId);
    }
    after = page.at(-1) ?? null;
    seen += page.length;
    if (page.length < PAGE) return;
  }
}

type Outcome = 'dealt' | 'gone' | 'nobody';

/** Whoever is next may have changed between the look and the lock. */
const TRIES = 5;

async function dealOne(
  deps: DealerDeps,
  inboxId: string,
  waiting: WaitingRow,
  present: ReadonlySet<string>,
): Promise<Outcome> {
  // Asked before a transaction is begun: as long as nobody has room, nothing is written.
  const { read } = deps.db;
  if ((await nextPlayer(read, inboxId, waiting.teamId, present)) === undefined) return 'nobody';
  for (let tried = 0; tried < TRIES; tried += 1) {
    const outcome = await deps.db.inTransaction((tx) => tryDeal(tx, deps, inboxId, waiting, present));
    if (outcome !== 'again') return outcome;
  }
  // Others deal here: they do it.
  return 'gone';
}

async function tryDeal(
  tx: Tx,
  deps: DealerDeps,
  inboxId: string,
  { id: conversationId, teamId }: WaitingRow,
  present: ReadonlySet<string>,
): Promise<Outcome | 'again'> {
  const next = () => nextPlayer(tx.db, inboxId, teamId, present);
  const first = await next();
  if (first === undefined) return 'nobody';
  // The order of locks: the membership, the conversation, the turns, and last the stream.
  const access = await findAccess(tx, first.id, { inboxId });
  if (access === undefined || !includesCapability(access.capability, 'reply')) return 'again';
  await holdConversation(tx, conversationId);
  const { roundRobin, turns } = await holdAssignment(tx, inboxId);
  if (!roundRobin) return 'gone';
  // Another server may have dealt between the look and this lock: then it is somebody else's turn.
  if (tx.dialect === 'postgres' && (await next())?.id !== first.id) return 'again';
  const given = { conversationId, inboxId, agentId: first.id, turn: turns + 1 };
  if (!(await dealTo(tx, given))) return 'gone';
  const to = { id: first.id, name: first.name };
  await addActivity(tx, deps, null, conversationId, { type: 'assigned', to, reason: 'dealt' });
  await tellAssigned(tx, deps, { conversationId, to, by: null });
  return 'dealt';
}

/** Of those who are there and have room, the one who waits longest for a turn. */
async function nextPlayer(
  db: Handle,
  inboxId: string,
  teamId: string | null,
  present: ReadonlySet<string>,
): Promise<Player | undefined> {
  const { cap } = await assignmentOf(db, inboxId);
  for (const player of await playersOf(db, inboxId, teamId)) {
    if (!present.has(player.id)) continue;
    if ((await openOf(db, inboxId, player.id, cap)) < cap) return player;
  }
  return undefined;
}
