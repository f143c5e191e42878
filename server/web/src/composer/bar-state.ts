import type { ComposerAffordances, LatchboxError, LockState, OutgoingMessage } from '@latchbox/client';

type Failed = Extract<OutgoingMessage, { state: 'failed' }>;
type Actions = ComposerAffordances['actions'];
type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

/** What the bar above the composer says now; null: nothing. */
export type BarState =
  | { readonly name: 'still-working'; readonly deadline: number }
  | { readonly name: 'moved-on'; readonly message: Failed; readonly error: LatchboxError<'thread_moved_on'> }
  | { readonly name: 'fenced'; readonly message: Failed; readonly error: LatchboxError<'lock_lost'> }
  | { readonly name: 'not-sent'; readonly message: Failed }
  | {
      readonly name: 'asked-for';
      readonly lock: Of<'mine'>;
      readonly answers: ComposerAffordances['answers'];
    }
  | { readonly name: 'handing-over'; readonly lock: Of<'mine'> }
  | { readonly name: 'offered'; readonly lock: Of<'offered'>; readonly actions: Actions }
  | { readonly name: 'theirs'; readonly lock: Of<'theirs'>; readonly actions: Actions }
  | { readonly name: 'reserved'; readonly lock: Of<'reserved'>; readonly actions: Actions }
  | { readonly name: 'elsewhere'; readonly lock: Of<'mine-elsewhere'>; readonly actions: Actions }
  | { readonly name: 'lost'; readonly lock: Of<'lost'>; readonly actions: Actions }
  | { readonly name: 'no-connection'; readonly sendWaits: boolean };

/**
 * The one thing to say, the most urgent first: time that runs out, then a send that was stopped, then what the SDK's
 * affordances tell to say. No rule about locks stands here.
 */
export function barState(
  lock: LockState,
  { banner, send, actions, answers }: ComposerAffordances,
  stopped: Failed | undefined,
): BarState | null {
  if (banner === 'still-working' && lock.status === 'mine' && lock.idle.phase === 'asked') {
    return { name: 'still-working', deadline: lock.idle.deadline };
  }
  if (banner === 'asked-for' && lock.status === 'mine') return { name: 'asked-for', lock, answers };
  if (lock.status === 'offered') return { name: 'offered', lock, actions };
  if (stopped !== undefined) return stoppedState(stopped);
  if (banner === 'checking' || banner === 'reconnecting')
    return { name: 'no-connection', sendWaits: send === 'queued' };
  if (banner === 'handing-over' && lock.status === 'mine') return { name: 'handing-over', lock };
  if (lock.status === 'theirs') return { name: 'theirs', lock, actions };
  if (lock.status === 'reserved') return { name: 'reserved', lock, actions };
  if (lock.status === 'mine-elsewhere') return { name: 'elsewhere', lock, actions };
  if (lock.status === 'lost') return { name: 'lost', lock, actions };
  return null;
}

function stoppedState(message: Failed): BarState {
  const { error } = message;
  if (error.code === 'thread_moved_on') return { name: 'moved-on', message, error };
  if (error.code === 'lock_lost') return { name: 'fenced', message, error };
  return { name: 'not-sent', message };
}

/** The reply that was stopped last and waits for a decision. */
export function stoppedReply(outgoing: readonly OutgoingMessage[]): Failed | undefined {
  return outgoing.findLast(
    (message): message is Failed => message.kind === 'reply' && message.state === 'failed',
  );
}

/** Positions of the entries that a stopped send had not seen: they stand out in the thread. */
export function freshPositions(stopped: Failed | undefined): readonly number[] {
  if (stopped === undefined) return [];
  const { error } = stopped;
  if (error.code !== 'thread_moved_on' && error.code !== 'lock_lost') return [];
  return error.details.entries.map(({ position }) => position);
}
