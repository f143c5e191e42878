import type { AnyLatchboxError } from '@latchbox/shared/error-codes';
import type { HeldLock } from '../conversation/lock-state.ts';
import type { Abortable } from '../lib/scope.ts';
import type { LockParts } from './parts.ts';

/** Takes it over, or takes it where it came free meanwhile; gives up when it changes hands faster than that. */
export async function steal(
  keeper: LockParts,
  note: string | undefined,
  options: Abortable,
): Promise<HeldLock> {
  let isHeld = keeper.view !== undefined && keeper.view.status !== 'free';
  for (let tries = 3; ; tries -= 1) {
    try {
      return await keeper.get(isHeld ? 'lock.takeOver' : 'lock.acquire', options, note);
    } catch (error) {
      const { code } = error as AnyLatchboxError;
      const changed = isHeld ? code === 'lock_required' : code === 'lock_held' || code === 'lock_elsewhere';
      if (!changed || tries === 0) throw error;
      isHeld = !isHeld;
    }
  }
}
