import type { Messaging } from './api.ts';
import { assign, mark, setStatus } from './conversations/conversations.ts';
import { createCounting } from './reading/counting.ts';
import type { MessagingDeps } from './deps.ts';
import { drop } from './delivery/drop.ts';
import { saveDraft } from './writing/drafts.ts';
import { addNote } from './writing/notes.ts';
import type { Poke } from './delivery/outbox.ts';
import { prepare } from './sending/prepare.ts';
import { earlier, list, older, open } from './reading/queries.ts';
import { receive } from './receiving/receive.ts';
import { retry } from './delivery/retry.ts';
import { createScheduling } from './scheduling/schedule.ts';
import { snooze } from './conversations/snoozing.ts';
import { undo } from './sending/undo.ts';

/** Conversations, notes, drafts and read marks. Replies go through the send door alone. */
export function createMessaging(
  deps: MessagingDeps & { readonly poke?: Poke; readonly undoFor?: number },
): Messaging {
  const { poke = () => undefined, undoFor = 0 } = deps;
  const counting = createCounting(deps);
  return {
    receive: (message) => receive({ ...deps, poke }, message),
    addNote: (author, input) => addNote(deps, author, input),
    assign: (author, input) => assign(deps, author, input),
    setStatus: (author, input) => setStatus(deps, author, input),
    snooze: (author, input) => snooze(deps, author, input),
    mark: (author, input) => mark(deps, author, input),
    retry: (author, input) => retry({ ...deps, poke }, author, input),
    drop: (author, input) => drop(deps, author, input),
    ...createScheduling(deps),
    undo: (author, input) => undo(deps, author, input),
    prepare: (author, input) => prepare({ ...deps, undoFor }, author, input),
    saveDraft: (author, input) => saveDraft(deps, author, input),
    list: (agentId, input) => list(deps, agentId, input),
    open: (agentId, input) => open(deps, agentId, input),
    older: (agentId, input) => older(deps, agentId, input),
    earlier: (agentId, input) => earlier(deps, agentId, input),
    counts: (agentId) => counting.counts(agentId),
  };
}
