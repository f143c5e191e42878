import {
  type Conversation,
  type ConversationRow,
  LatchboxError,
  type LatchboxClient,
} from '@latchbox/client';
import type { Log } from '../lib/log.ts';
import type { Chance } from './chance.ts';
import type { Pace } from './pace.ts';
import { colleagueReplies } from './shop/index.ts';

export interface ColleagueDeps {
  readonly client: LatchboxClient;
  readonly chance: Chance;
  readonly pace: Pace;
  readonly log: Log;
  /** Told of every conversation this colleague has answered. */
  readonly answered: (row: ConversationRow) => void;
}

/**
 * One simulated colleague: opens a conversation that waits, reads, then answers, leaves a thought half-written, sits there
 * until asked "are you still working?", or goes on to the next. Whatever is refused (somebody else holds it, something new
 * came in) is taken as a person would. Ends when the pace does.
 */
export async function work(deps: ColleagueDeps): Promise<void> {
  const { client, pace, log } = deps;
  const list = client.list({ status: 'open' });
  const unwatch = list.subscribe(() => undefined);
  try {
    for (;;) {
      await pace.pause(2_000, 9_000);
      const row = choose(deps, list.getSnapshot().rows);
      if (row === undefined) continue;
      try {
        await visit(deps, client.conversation(row.id), row);
      } catch (error) {
        if (LatchboxError.is(error, 'closed')) throw error;
        // A lost lock or a lost connection: the next conversation, after a breath.
        log.debug('A demo colleague gave up on a conversation.', { error: String(error) });
        await pace.pause(3_000, 6_000);
      }
    }
  } catch (error) {
    if (!LatchboxError.is(error, 'closed')) throw error;
  } finally {
    unwatch();
  }
}

/** One of the newest that nobody holds, rather one that waits for an answer. */
function choose(
  { client, chance }: ColleagueDeps,
  rows: readonly ConversationRow[],
): ConversationRow | undefined {
  const mayReply = new Set(
    client.inboxes
      .getSnapshot()
      .filter(({ capability }) => capability !== 'read')
      .map(({ id }) => id),
  );
  const free = rows
    .filter(({ inboxId, lock }) => mayReply.has(inboxId) && lock.status === 'free')
    .slice(0, 15);
  const waiting = free.filter(({ preview }) => preview.kind === 'message');
  return chance.oneOf(waiting.length > 0 && chance.happens(0.85) ? waiting : free);
}

async function visit(deps: ColleagueDeps, conversation: Conversation, row: ConversationRow): Promise<void> {
  const { chance, pace } = deps;
  const lease = conversation.open({ lock: 'if-free' });
  try {
    await conversation.ready;
    await read(deps, conversation);
    if (chance.happens(0.15)) return;
    // Somebody who was faster answers this one.
    if (!(await holds(conversation))) return;
    if (chance.happens(0.1)) return await dawdle(deps, conversation);
    await answer(deps, conversation, row);
    await pace.pause(1_000, 4_000);
  } finally {
    lease.release();
  }
}

async function read({ chance, pace }: ColleagueDeps, conversation: Conversation): Promise<void> {
  const looks = Math.round(chance.between(1, 4));
  for (let look = 0; look < looks; look += 1) {
    conversation.activity('reading');
    await pace.pause(1_200, 2_600);
  }
  await conversation.markRead();
}

/** Takes the lock, in an inbox where opening does not; false when it cannot be had. */
async function holds(conversation: Conversation): Promise<boolean> {
  try {
    await conversation.lock.acquire();
    return true;
  } catch (error) {
    if (LatchboxError.is(error, 'lock_held', 'lock_elsewhere', 'forbidden', 'limit')) return false;
    throw error;
  }
}

async function answer(deps: ColleagueDeps, conversation: Conversation, row: ConversationRow): Promise<void> {
  const { chance, pace } = deps;
  const body = chance.oneOf(colleagueReplies)?.body ?? '';
  const changesMind = chance.happens(0.12);
  const all = await type(deps, conversation, changesMind ? body.slice(0, body.length / 2) : body);
  // A draft stays behind: colleagues see whose it is.
  if (!all || changesMind) return;
  await pace.pause(800, 2_500);
  const { clientId, confirmed } = conversation.reply({
    body,
    then: chance.happens(0.15) ? 'archive' : 'stay',
  });
  try {
    await confirmed;
  } catch (error) {
    if (!LatchboxError.is(error, 'thread_moved_on')) throw error;
    // Reads what came in, and sends it anyway.
    await pace.pause(2_500, 6_000);
    await conversation.sendAnyway(clientId).confirmed;
  }
  deps.answered(row);
}

/** Word by word; false when the lock was lost on the way. */
async function type({ pace }: ColleagueDeps, conversation: Conversation, text: string): Promise<boolean> {
  const draft = conversation.draft('reply');
  let written = '';
  for (const word of text.split(/(?<=\s)/u)) {
    written += word;
    if (conversation.lock.getSnapshot().status !== 'mine') return false;
    draft.set(written.trimEnd());
    conversation.activity('reply');
    await pace.pause(140, 420);
  }
  return true;
}

/** Goes for a coffee with the conversation open: is asked whether still working, and says so, or never comes back to it. */
async function dawdle({ chance, pace }: ColleagueDeps, conversation: Conversation): Promise<void> {
  const comesBack = chance.happens(0.5);
  for (;;) {
    await pace.pause(1_500, 3_000);
    const state = conversation.lock.getSnapshot();
    if (state.status !== 'mine') return;
    if (state.idle.phase !== 'asked' || !comesBack) continue;
    await pace.pause(3_000, 12_000);
    conversation.lock.stay();
    return await pace.pause(4_000, 10_000);
  }
}
