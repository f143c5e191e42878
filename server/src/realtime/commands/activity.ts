import { includesCapability, type Person, type UpInput } from '@latchbox/shared';
import type { Locks } from '../../collaboration/api.ts';
import type { Holder } from '../../collaboration/holder.ts';
import type { Presence } from '../../collaboration/presence.ts';
import type { Typing } from '../../collaboration/typing.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LiveConnection } from '../connection.ts';
import type { Access, Memberships } from '../memberships.ts';
import type { Handlers } from './command.ts';

/** Least time (ms) between two signals of a session about one conversation that go on to anybody. */
const ACTIVITY_EVERY = 1_000;
/** Kinds and conversations whose last activity is remembered for one connection. */
const REMEMBERED = 64;

export interface ActivityDeps {
  readonly clock: Clock;
  readonly locks: Pick<Locks, 'activity'>;
  readonly memberships: Pick<Memberships, 'access'>;
  readonly typing: Pick<Typing, 'signal' | 'stopped'>;
  readonly presence: Pick<Presence, 'active'>;
}

type Activity = UpInput<'activity'>;

/** Keystrokes and movement in a conversation. The commonest command: no query, no write, no answer. */
export function activityCommands(deps: ActivityDeps): Handlers<'activity'> {
  return {
    async activity(connection, input) {
      if (tooSoon(connection, input, deps.clock.monotonic())) return {};
      const access = deps.memberships.access(connection.holder.agentId, input.conversationId);
      goOn(deps, connection, input, access instanceof Promise ? await access : access);
      return {};
    },
  };
}

function goOn(
  { locks, typing, presence }: ActivityDeps,
  { holder }: LiveConnection,
  { conversationId, kind }: Activity,
  access: Access | undefined,
): void {
  if (access === undefined) return;
  if (kind === 'reply' && !includesCapability(access.capability, 'reply')) return;
  const place = { inboxId: access.inboxId, conversationId };
  if (kind === 'stopped') {
    typing.stopped(personOf(holder), place);
    return;
  }
  presence.active(holder.sessionId);
  locks.activity(holder, conversationId, kind);
  if (kind !== 'reading') typing.signal(holder.sessionId, personOf(holder), place, kind);
}

/** The agent as others are told of it. */
export function personOf({ agentId, agentName }: Holder): Person {
  return { id: agentId, name: agentName };
}

/** The agent is no longer writing in the conversation, if it was. */
export async function stopTyping(
  { memberships, typing }: { memberships: ActivityDeps['memberships']; typing: Pick<Typing, 'stopped'> },
  connection: LiveConnection,
  conversationId: string,
): Promise<void> {
  const { holder, activity } = connection;
  const wrote =
    activity?.has(`reply:${conversationId}`) === true || activity?.has(`note:${conversationId}`) === true;
  if (!wrote) return;
  const access = await memberships.access(holder.agentId, conversationId);
  if (access !== undefined) typing.stopped(personOf(holder), { inboxId: access.inboxId, conversationId });
}

/**
 * One of a kind each second and conversation goes on: whoever scrolls and then types is shown as typing at once. `stopped`
 * goes on when typing went on before it.
 */
function tooSoon(connection: LiveConnection, { conversationId, kind }: Activity, now: number): boolean {
  const told = (connection.activity ??= new Map());
  if (kind === 'stopped') {
    const reply = told.delete(`reply:${conversationId}`);
    const note = told.delete(`note:${conversationId}`);
    return !reply && !note;
  }
  const key = `${kind}:${conversationId}`;
  const last = told.get(key);
  if (last !== undefined && now - last < ACTIVITY_EVERY) return true;
  // Put at the end: the first is the one that was longest ago.
  told.delete(key);
  told.set(key, now);
  if (told.size > REMEMBERED) forgetOldest(told);
  return false;
}

function forgetOldest(told: Map<string, number>): void {
  for (const oldest of told.keys()) {
    told.delete(oldest);
    return;
  }
}
