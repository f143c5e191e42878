/** Accounts that cannot be reached: they are left alone for a while, then one message is tried. */
import type { Tx } from '../../database/database.ts';
import {
  type AccountState,
  accountStates,
  holdAccounts,
  writeAccount,
} from '../../database/sending-accounts.ts';
import { type BackoffSettings, backoffMs } from './backoff.ts';
import { probeOf } from './claim-due.ts';
import type { Finished } from './finished.ts';

export interface PauseSettings extends BackoffSettings {
  /** After so many attempts in a row that did not get as far as a mail. */
  readonly after: number;
}

/** What became of an account. `until`: epoch ms. */
export type AccountNews =
  | { readonly account: string; readonly became: 'paused'; readonly until: number; readonly reason: string }
  | { readonly account: string; readonly became: 'free' };

export interface PauseDeps {
  readonly random: () => number;
  readonly pause: PauseSettings;
}

/**
 * Draws from the ends of attempts what they say about accounts: any word about a mail ends a pause, failures in a row begin one, and
 * a failed try makes it longer. To be called before rows of the outbox are touched.
 */
export async function judgeAccounts(
  tx: Tx,
  finished: readonly Finished[],
  deps: PauseDeps,
): Promise<AccountNews[]> {
  const byAccount = Map.groupBy(finished, ({ message }) => message.account);
  const accounts = [...byAccount.keys()].filter((account) => account !== null);
  const seen = await accountStates(tx.db, accounts);
  const troubled = accounts.filter((account) => {
    const state = seen.get(account);
    const known = state !== undefined && (state.failures > 0 || state.pauses > 0);
    return known || (byAccount.get(account) ?? []).some(failed);
  });
  const held = await holdAccounts(tx, troubled);
  const news: AccountNews[] = [];
  for (const [account, state] of held) {
    const after = stateAfter(tx.now, state, byAccount.get(account) ?? [], deps);
    if (after === undefined) continue;
    await writeAccount(tx, after);
    if (after.pauses === 0 && state.pauses > 0) news.push({ account, became: 'free' });
    if (after.pauses > state.pauses) {
      const reason = after.lastError ?? '';
      news.push({ account, became: 'paused', until: after.waitUntil, reason });
    }
  }
  return news;
}

const failed = ({ outcome }: Finished): boolean =>
  outcome.status === 'unreachable' && outcome.account === 'failed';

const worked = ({ outcome }: Finished): boolean =>
  outcome.status === 'accepted' ||
  outcome.status === 'refused' ||
  (outcome.status === 'unreachable' && outcome.account === 'works');

function stateAfter(
  now: number,
  state: AccountState,
  ends: readonly Finished[],
  { random, pause }: PauseDeps,
): AccountState | undefined {
  const waitsForTurn = state.waitReason === 'rate';
  if (ends.some(worked)) {
    if (state.failures === 0 && state.pauses === 0) return undefined;
    const wait = waitsForTurn ? {} : { waitUntil: now, waitReason: null };
    return { ...state, ...wait, failures: 0, pauses: 0, probe: null, lastError: null, failingSince: null };
  }
  const wasProbe = ends.some(({ message }) => probeOf(message) === state.probe);
  const failures = ends.filter(failed);
  const [last] = failures;
  if (last === undefined) {
    // It said nothing about the account: another one may be tried.
    return wasProbe ? { ...state, probe: null, waitUntil: now } : undefined;
  }
  const counted = {
    ...state,
    failures: state.failures + failures.length,
    lastError: 'reason' in last.outcome ? last.outcome.reason.slice(0, 400).toWellFormed() : null,
    failingSince: state.failingSince ?? now,
  };
  // Those that were under way when the pause began say nothing new.
  if (state.pauses > 0 && !wasProbe) return undefined;
  if (state.pauses === 0 && counted.failures < pause.after) return counted;
  const pauses = state.pauses + 1;
  const waitUntil = now + backoffMs(pauses, random, pause);
  return { ...counted, pauses, waitUntil, waitReason: 'paused', probe: null };
}
