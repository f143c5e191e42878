import { acceptOffer } from './accept-offer.ts';
import type { AcquireDeps } from './acquire.ts';
import type { Locks } from './api.ts';
import { answerAsk, askFor } from './asking.ts';
import { handOver } from './hand-over.ts';
import { joinLine, leaveLineOf } from './lines.ts';
import { moveLock } from './move-lock.ts';
import { takeOver } from './take-over.ts';

type Passing = Pick<
  Locks,
  'move' | 'join' | 'leaveLine' | 'acceptOffer' | 'ask' | 'answer' | 'handOver' | 'takeOver'
>;

/** Everything by which a lock passes from one session to another, or is promised to one. */
export function createPassing(deps: AcquireDeps): Passing {
  return {
    move: (holder, input) => moveLock(deps, holder, input),
    join: (holder, { conversationId }) => joinLine(deps, holder, conversationId),
    leaveLine: (holder, { conversationId }) => leaveLineOf(deps, holder, conversationId),
    acceptOffer: (holder, input) => acceptOffer(deps, holder, input),
    ask: (holder, input) => askFor(deps, holder, input),
    answer: (holder, input) => answerAsk(deps, holder, input),
    handOver: (holder, input) => handOver(deps, holder, input),
    takeOver: (holder, input) => takeOver(deps, holder, input),
  };
}
