/** Which of the due messages may go now: every account has its rate, and one that cannot be reached has its pauses. */
import type { Tx } from '../../database/database.ts';
import { type ClaimedMessage, claimMessage, type DueMessage } from '../../database/outbox.ts';
import {
  accountRates,
  type AccountState,
  accountStates,
  attemptsSince,
  freeAccount,
  holdAccounts,
  writeAccount,
} from '../../database/sending-accounts.ts';

const MINUTE = 60_000;

export interface Claims {
  readonly claimed: readonly ClaimedMessage[];
  /** How many of them were under way before, and their worker never said how that ended. */
  readonly abandoned: number;
}

/**
 * Claims due messages until `deadline`, as many of each account as its rate and its pauses let go. The rate holds for any 60 s and for
 * all servers together: it is counted from the attempts that were written down. What has to wait stays as it is.
 */
export async function claimDue(tx: Tx, due: readonly DueMessage[], deadline: number): Promise<Claims> {
  const named = due.flatMap(({ account }) => account ?? []);
  const gates = await gatesOf(tx, [...new Set(named)]);
  const claimed: ClaimedMessage[] = [];
  let abandoned = 0;
  for (const row of due) {
    const gate = row.account === null ? undefined : gates.get(row.account);
    if (gate !== undefined && gate.free <= 0) continue;
    const message = await claimMessage(tx, row, deadline);
    if (message === undefined) continue;
    if (row.abandoned) abandoned += 1;
    claimed.push(message);
    if (gate !== undefined) gate.went(message);
  }
  for (const gate of gates.values()) await gate.close(tx, deadline);
  return { claimed, abandoned };
}

async function gatesOf(tx: Tx, accounts: readonly string[]): Promise<Map<string, Gate>> {
  const rates = await accountRates(tx.db, accounts);
  const seen = await accountStates(tx.db, accounts);
  // Whoever has neither a rate nor trouble needs no turn.
  const limited = accounts.filter((one) => rates.has(one) || (seen.get(one)?.pauses ?? 0) > 0);
  const held = await holdAccounts(tx, limited);
  const gates = new Map<string, Gate>();
  for (const account of limited) {
    const state = held.get(account) ?? freeAccount(account);
    gates.set(account, await gateOf(tx, state, rates.get(account)));
  }
  return gates;
}

async function gateOf(tx: Tx, state: AccountState, rate: number | undefined): Promise<Gate> {
  const recent = rate === undefined ? [] : await attemptsSince(tx.db, state.account, tx.now - MINUTE, rate);
  const left = rate === undefined ? Number.POSITIVE_INFINITY : rate - recent.length;
  if (state.waitUntil > tx.now) return new Gate(state, rate, recent, 0);
  // After a pause one is tried; the others follow when that one got through.
  return new Gate(state, rate, recent, state.pauses > 0 ? Math.min(1, left) : left);
}

/** What one account lets through in one transaction. */
class Gate {
  free: number;
  readonly #state: AccountState;
  readonly #rate: number | undefined;
  /** When attempts began, the newest first. */
  readonly #recent: readonly number[];
  readonly #gone: ClaimedMessage[] = [];

  constructor(state: AccountState, rate: number | undefined, recent: readonly number[], free: number) {
    this.#state = state;
    this.#rate = rate;
    this.#recent = recent;
    this.free = free;
  }

  went(message: ClaimedMessage): void {
    this.free -= 1;
    this.#gone.push(message);
  }

  /** Writes down until when nothing more of it goes. */
  async close(tx: Tx, deadline: number): Promise<void> {
    const [probe] = this.#gone;
    if (this.#state.pauses > 0) {
      if (probe === undefined) return;
      const waits = { waitUntil: deadline, waitReason: 'probe', probe: probeOf(probe) } as const;
      return await writeAccount(tx, { ...this.#state, ...waits });
    }
    const rate = this.#rate;
    if (rate === undefined || this.free > 0 || this.#state.waitUntil > tx.now) return;
    // The one that goes out of the minute next makes room.
    const all = [...this.#gone.map(() => tx.now), ...this.#recent];
    const waitUntil = (all[rate - 1] ?? tx.now) + MINUTE;
    if (waitUntil > tx.now) await writeAccount(tx, { ...this.#state, waitUntil, waitReason: 'rate' });
  }
}

/** How a claim is called in its account's row. */
export const probeOf = ({ id, claimNo }: Pick<ClaimedMessage, 'id' | 'claimNo'>): string =>
  `${id}:${claimNo}`;
