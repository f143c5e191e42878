import {
  includesCapability,
  LatchboxError,
  type Person,
  refuse,
  refuseBy,
  type Team,
  type UpInput,
} from '@latchbox/shared';
import { authorize, findAccess } from '../../database/authorize.ts';
import { setAssigned, teamsReplyingIn } from '../../database/assignees.ts';
import { newestPosition, setReadMark } from '../../database/conversation-writes.ts';
import type { Tx } from '../../database/database.ts';
import { appendEvent } from '../../database/event-log.ts';
import { holdConversation } from '../../database/lock-targets.ts';
import { personById } from '../../database/people.ts';
import { addActivity } from '../entries/activity.ts';
import type { Author } from '../api.ts';
import type { MessagingDeps } from '../deps.ts';
import { changeStatus } from './status.ts';
import { tellAssigned } from './tell-assigned.ts';

/** Sets or clears the assignee, a member of the inbox who may reply there, and the team. Needs `reply`, nobody's lock. */
export async function assign(
  deps: MessagingDeps,
  author: Author,
  input: UpInput<'conversation.assign'>,
): Promise<void> {
  const { conversationId, assigneeId } = input;
  // Whoever assigns to nobody means no team either, unless one is named.
  const teamId = input.teamId === undefined && assigneeId === null ? null : input.teamId;
  await deps.db.inTransaction(async (tx) => {
    const { inboxId } = await authorize(tx, author.agentId, 'reply', { conversationId });
    const to = assigneeId === null ? null : await replyerOf(tx, inboxId, assigneeId);
    const team = teamId === null || teamId === undefined ? undefined : await teamOf(tx, inboxId, teamId);
    await holdConversation(tx, conversationId);
    const changed = await setAssigned(tx, conversationId, { assigneeId, teamId });
    if (changed === 'nothing') return;
    await addActivity(tx, deps, author, conversationId, { type: 'assigned', to, ...(team && { team }) });
    const by = { id: author.agentId, name: author.agentName };
    if (to !== null && changed === 'assignee') await tellAssigned(tx, deps, { conversationId, to, by });
  });
}

async function replyerOf(tx: Tx, inboxId: string, agentId: string): Promise<Person> {
  const access = await findAccess(tx, agentId, { inboxId });
  const person = access === undefined ? null : await personById(tx.db, agentId);
  // Somebody of another inbox and somebody who does not exist look alike.
  if (access === undefined || person === null) throw refuse('not_found');
  if (!includesCapability(access.capability, 'reply')) throw refuseBy('assignee_only_reads');
  return person;
}

async function teamOf(tx: Tx, inboxId: string, teamId: string): Promise<Team> {
  const [team] = await teamsReplyingIn(tx.db, [inboxId], teamId);
  // One that could not answer, and one that is not there, look alike.
  if (team === undefined) throw refuse('not_found');
  return team;
}

/** Archives or reopens. Needs `reply`, nobody's lock. */
export async function setStatus(
  deps: MessagingDeps,
  author: Author,
  input: UpInput<'conversation.status'>,
): Promise<void> {
  const { conversationId, status } = input;
  await deps.db.inTransaction(async (tx) => {
    await authorize(tx, author.agentId, 'reply', { conversationId });
    await holdConversation(tx, conversationId);
    await changeStatus(tx, deps, author, { conversationId, status });
  });
}

/** Moves the agent's own read mark and tells the agent's other tabs. Throws `invalid` beyond the newest entry. */
export async function mark(
  deps: MessagingDeps,
  author: Author,
  input: UpInput<'conversation.mark'>,
): Promise<void> {
  const { conversationId, read } = input;
  const { agentId } = author;
  await deps.db.inTransaction(async (tx) => {
    const { inboxId } = await authorize(tx, agentId, 'read', { conversationId });
    const newest = (await newestPosition(tx.db, conversationId)) ?? 0;
    if (read > newest) {
      throw new LatchboxError('invalid', {
        issues: [{ path: 'read', message: `is beyond the newest entry, ${newest}` }],
      });
    }
    if (!(await setReadMark(tx, agentId, conversationId, read))) return;
    await appendEvent(
      tx,
      `agent:${agentId}`,
      { type: 'read.marked', inboxId, conversationId, read },
      deps.wake,
    );
  });
}
