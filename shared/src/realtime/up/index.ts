import type { z } from 'zod';
import { accountDefault } from './account-default.ts';
import { accountList } from './account-list.ts';
import { activity } from './activity.ts';
import { authRefresh } from './auth-refresh.ts';
import { composeCheck } from './compose-check.ts';
import { contactFind } from './contact-find.ts';
import { conversationAssign } from './conversation-assign.ts';
import { conversationCompose } from './conversation-compose.ts';
import { conversationEarlier } from './conversation-earlier.ts';
import { conversationHistory } from './conversation-history.ts';
import { conversationLeave } from './conversation-leave.ts';
import { conversationList } from './conversation-list.ts';
import { conversationMark } from './conversation-mark.ts';
import { conversationOlder } from './conversation-older.ts';
import { conversationOpen } from './conversation-open.ts';
import { conversationSnooze } from './conversation-snooze.ts';
import { conversationStatus } from './conversation-status.ts';
import { draftSave } from './draft-save.ts';
import { hello } from './hello.ts';
import { inboxCounts } from './inbox-counts.ts';
import { lockAcceptOffer } from './lock-accept-offer.ts';
import { lockAcquire } from './lock-acquire.ts';
import { lockAnswer } from './lock-answer.ts';
import { lockAsk } from './lock-ask.ts';
import { lockHandOver } from './lock-hand-over.ts';
import { lockJoin } from './lock-join.ts';
import { lockLeaveLine } from './lock-leave-line.ts';
import { lockMove } from './lock-move.ts';
import { lockRelease } from './lock-release.ts';
import { lockStay } from './lock-stay.ts';
import { lockTakeOver } from './lock-take-over.ts';
import { noteAdd } from './note-add.ts';
import { presence } from './presence.ts';
import { replyDrop } from './reply-drop.ts';
import { replyPrepare } from './reply-prepare.ts';
import { replyRetry } from './reply-retry.ts';
import { replyReschedule, replySchedule, replyScheduled, replyUnschedule } from './reply-schedule.ts';
import { replySend } from './reply-send.ts';
import { replyUndo } from './reply-undo.ts';
import { sessionClose } from './session-close.ts';
import { streamSubscribe } from './stream-subscribe.ts';
import { streamUnsubscribe } from './stream-unsubscribe.ts';

/** Everything a client may say, by its name on the wire: one Socket.IO event with one object, answered by an `Ack`. */
export const UP = {
  hello,
  'auth.refresh': authRefresh,
  'session.close': sessionClose,
  'stream.subscribe': streamSubscribe,
  'stream.unsubscribe': streamUnsubscribe,
  'conversation.list': conversationList,
  'conversation.open': conversationOpen,
  'conversation.leave': conversationLeave,
  'conversation.older': conversationOlder,
  'conversation.history': conversationHistory,
  'conversation.earlier': conversationEarlier,
  'conversation.assign': conversationAssign,
  'conversation.status': conversationStatus,
  'conversation.snooze': conversationSnooze,
  'conversation.mark': conversationMark,
  'inbox.counts': inboxCounts,
  'lock.acquire': lockAcquire,
  'lock.move': lockMove,
  'lock.release': lockRelease,
  'lock.stay': lockStay,
  'lock.join': lockJoin,
  'lock.leaveLine': lockLeaveLine,
  'lock.acceptOffer': lockAcceptOffer,
  'lock.ask': lockAsk,
  'lock.answer': lockAnswer,
  'lock.handOver': lockHandOver,
  'lock.takeOver': lockTakeOver,
  activity,
  presence,
  'draft.save': draftSave,
  'reply.send': replySend,
  'reply.retry': replyRetry,
  'reply.drop': replyDrop,
  'reply.undo': replyUndo,
  'reply.prepare': replyPrepare,
  'reply.schedule': replySchedule,
  'reply.scheduled': replyScheduled,
  'reply.reschedule': replyReschedule,
  'reply.unschedule': replyUnschedule,
  'note.add': noteAdd,
  'account.list': accountList,
  'account.setDefault': accountDefault,
  'contact.find': contactFind,
  'compose.check': composeCheck,
  'conversation.compose': conversationCompose,
} as const;

export type Up = typeof UP;
export type UpName = keyof Up;
export type UpInput<N extends UpName> = z.infer<Up[N]['input']>;
export type UpResult<N extends UpName> = z.infer<Up[N]['result']>;
