import type { LockState } from '@latchbox/client';
import { firstName } from '../lib/people.ts';

type Lost = Extract<LockState, { status: 'lost' }>;

const RELEASED: Partial<Record<Lost['reason'], string>> = {
  idle: 'you were idle',
  disconnected: 'your connection was gone',
  expired: 'the server had lost touch with you',
  switched: 'you opened another conversation',
  signed_out: 'you signed out',
  access_lost: 'you may no longer reply here',
  restarted: 'the server was restarted',
  moved: 'you moved it to another tab',
};

/** Why the lock is gone, and what that means: a title and a consequence. */
export function lostWords(
  { reason, now, by, note, offeredTo }: Lost,
  hasText: boolean,
): { title: string; rest: string } {
  const holder = now === 'free' ? undefined : firstName(now.holder.name);
  const kept = hasText ? 'Your text is kept. ' : '';
  const said = note === '' ? '' : `“${note}” `;
  return {
    title: title(reason, by === null ? holder : firstName(by.name)),
    rest: said + kept + next(holder, offeredTo),
  };
}

function next(holder: string | undefined, offeredTo: Lost['offeredTo']): string {
  if (holder !== undefined) return `${holder} is replying.`;
  return offeredTo === null ? 'Nobody else has started.' : `Offered to ${firstName(offeredTo.name)}.`;
}

function title(reason: Lost['reason'], holder: string | undefined): string {
  if (reason === 'taken_over') return `${holder ?? 'A colleague'} took this over`;
  if (reason === 'handed_over')
    return holder === undefined ? 'Passed on to a colleague' : `Passed on to ${holder}`;
  return `Released: ${RELEASED[reason] ?? 'it ended'}`;
}
