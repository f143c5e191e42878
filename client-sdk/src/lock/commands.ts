import type { lockAcceptOffer } from '@latchbox/shared/realtime/up/lock-accept-offer';
import type { lockAnswer } from '@latchbox/shared/realtime/up/lock-answer';
import type { lockAsk } from '@latchbox/shared/realtime/up/lock-ask';
import type { lockHandOver } from '@latchbox/shared/realtime/up/lock-hand-over';
import type { lockJoin } from '@latchbox/shared/realtime/up/lock-join';
import type { lockLeaveLine } from '@latchbox/shared/realtime/up/lock-leave-line';
import type { lockTakeOver } from '@latchbox/shared/realtime/up/lock-take-over';
import type { Up } from '@latchbox/shared/realtime/up/index';
import type { z } from 'zod';

interface PassingOn {
  'lock.acceptOffer': typeof lockAcceptOffer;
  'lock.answer': typeof lockAnswer;
  'lock.ask': typeof lockAsk;
  'lock.handOver': typeof lockHandOver;
  'lock.join': typeof lockJoin;
  'lock.leaveLine': typeof lockLeaveLine;
  'lock.takeOver': typeof lockTakeOver;
}
type Own = Pick<Up, 'lock.acquire' | 'lock.move' | 'lock.release' | 'lock.stay'>;
type All = PassingOn & Own;

/** The commands about a lock. */
export type LockCommand = keyof PassingOn | keyof Own;
export type LockInput<N extends LockCommand> = Omit<z.infer<All[N]['input']>, 'conversationId'>;
export type LockResult<N extends LockCommand> = z.infer<All[N]['result']>;
