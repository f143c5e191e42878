import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import { composingCommands, type ComposingHandlers } from './composing.ts';
import { lockCommands, type LockHandlers } from './lock-commands.ts';
import type { FakeLocks } from './locks.ts';
import type { FakeMessages } from './messages.ts';
import type { Holder, World } from './world.ts';

type ThreadName = Extract<
  UpName,
  `conversation.${'list' | 'older' | 'history' | 'assign' | 'snooze' | 'mark'}`
>;
type ThreadHandlers = {
  [N in ThreadName]: (client: unknown, session: Holder, input: UpInput<N>) => UpResult<N>;
};
export type MoreHandlers = LockHandlers & ComposingHandlers & ThreadHandlers;

const NOTHING = {};
/** What commands answer that answer nothing. */
const done = (_done: void): typeof NOTHING => NOTHING;

const threadCommands = (messages: FakeMessages): ThreadHandlers => ({
  'conversation.list': (_client, { agentId }, input) => messages.list(agentId, input),
  'conversation.older': (_client, { agentId }, input) => messages.older(agentId, input),
  'conversation.history': (_client, { agentId }, input) => messages.history(agentId, input),
  'conversation.assign': (_client, { agentId }, input) => done(messages.assign(agentId, input)),
  'conversation.snooze': (_client, { agentId }, input) => done(messages.snooze(agentId, input)),
  'conversation.mark': (_client, { agentId }, input) => done(messages.mark(agentId, input)),
});

/** The commands that need nothing of the gateway. */
export function moreCommands(world: World, locks: FakeLocks, messages: FakeMessages): MoreHandlers {
  return { ...lockCommands(locks), ...composingCommands(world, messages), ...threadCommands(messages) };
}
