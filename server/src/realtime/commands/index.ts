import { type ActivityDeps, activityCommands } from './activity.ts';
import { commandTable, type Entry } from './command.ts';
import { type ComposingDeps, composingCommands } from './composing.ts';
import { conversationChanges, type ConversationDeps, conversationReads } from './conversations.ts';
import { type LockDeps, lockCommands } from './locks.ts';
import { type SessionDeps, sessionCommands } from './session.ts';
import { type StreamDeps, streamCommands } from './streams.ts';
import { type WritingDeps, writingCommands } from './writing.ts';

export type CommandDeps = ActivityDeps &
  ComposingDeps &
  ConversationDeps &
  LockDeps &
  SessionDeps &
  StreamDeps &
  WritingDeps;

/** Everything a signed-in connection may say. */
export function createCommands(deps: CommandDeps): ReadonlyMap<string, Entry> {
  return commandTable({
    ...sessionCommands(deps),
    ...streamCommands(deps),
    ...conversationReads(deps),
    ...conversationChanges(deps),
    ...lockCommands(deps),
    ...writingCommands(deps),
    ...composingCommands(deps),
    ...activityCommands(deps),
  });
}
