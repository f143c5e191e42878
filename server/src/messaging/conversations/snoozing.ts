import { LatchboxError, type UpInput } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { setSnooze } from '../../database/snoozes.ts';
import { addActivity } from '../entries/activity.ts';
import type { Author } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';

/** Ms from now that a snooze lasts at least and at most. */
const SHORTEST = 1_000;
const LONGEST = 2 * 366 * 86_400_000;

/** Puts a conversation out of the way until a time (T1). Needs `reply`, nobody's lock. Throws `invalid` for a time that is none. */
export async function snooze(
  deps: MessagingDeps,
  author: Author,
  input: UpInput<'conversation.snooze'>,
): Promise<void> {
  const { conversationId, until } = input;
  await deps.db.inTransaction(async (tx) => {
    await authorize(tx, author.agentId, 'reply', { conversationId });
    requireSoon(until, tx.now);
    await holdConversation(tx, conversationId);
    if (!(await setSnooze(tx, conversationId, until))) return;
    await addActivity(tx, deps, author, conversationId, { type: 'status', to: 'snoozed', until });
  });
}

function requireSoon(until: number, now: number): void {
  const message =
    until < now + SHORTEST
      ? 'must be at least a second from now'
      : until > now + LONGEST
        ? 'must be at most two years from now'
        : undefined;
  if (message !== undefined) throw new LatchboxError('invalid', { issues: [{ path: 'until', message }] });
}
