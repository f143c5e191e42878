/** Keeps what we send by itself in its manners (RFC 3834): every automation asks here, in the transaction that stores its message. */
import type { Tx } from '../../database/database.ts';
import { ownAddresses } from '../../database/mail-in.ts';
import { holdCorrespondence, troubleAt, writeCorrespondence } from '../../database/manners.ts';

/** So many messages of one sender to one inbox within so long (ms) are too many for a person. */
export const MANY = 5;
export const WITHIN = 10 * 60_000;
/** So often in a row a machine answered an automation of ours. */
export const MACHINE_TURNS = 3;
/** How long (ms) nothing automatic is written after either; from the newest message on that still is too much. */
export const STOPPED_FOR = 24 * 3_600_000;
/** At most one automatic answer for one sender and inbox in so long (ms). */
export const ONCE_IN = 24 * 3_600_000;

/** Who writes to whom: an inbox, and an address outside (capitals do not matter). */
export interface Pair {
  readonly inboxId: string;
  readonly address: string;
}

/** Why an automation must be silent. */
export type Silence =
  | 'automatic'
  | 'own_address'
  | 'stopped'
  | 'address_gone'
  | 'complained'
  | 'answered_today';

/**
 * Whether an automation may answer somebody now. `automatic`: that a machine wrote what is to be answered. "Yes" is written down in the
 * caller's transaction and is good for this one answer: whoever asks next hears `answered_today`. Locks the pair to the commit.
 */
export async function mayAnswerAutomatically(
  tx: Tx,
  { automatic, ...given }: Pair & { readonly automatic: boolean },
): Promise<'yes' | Silence> {
  const pair = lower(given);
  if (automatic || pair.address === '') return 'automatic';
  if ((await ownAddresses(tx.db, [pair.address])).size > 0) return 'own_address';
  const trouble = await troubleAt(tx.db, pair.address);
  if (trouble !== undefined && trouble.goneAt !== null) return 'address_gone';
  if (trouble !== undefined && trouble.complainedAt !== null) return 'complained';
  const known = await holdCorrespondence(tx, pair);
  if (known.stoppedUntil !== null && tx.now < known.stoppedUntil) return 'stopped';
  if (known.answeredAt !== null && tx.now < known.answeredAt + ONCE_IN) return 'answered_today';
  await writeCorrespondence(tx, pair, { ...known, answeredAt: tx.now });
  return 'yes';
}

/** Why automations were stopped for a pair. */
export type StopReason = 'many' | 'machines';

/**
 * Notes a message that came in, in its transaction. Answers why nothing automatic is written to its sender from now on; undefined where
 * that may go on, or had been stopped before.
 */
export async function noteIncoming(
  tx: Tx,
  { automatic, ...given }: Pair & { readonly automatic: boolean },
): Promise<StopReason | undefined> {
  const pair = lower(given);
  const known = await holdCorrespondence(tx, pair);
  const incoming = [...known.incoming, tx.now].slice(-MANY);
  const last = known.incoming.at(-1) ?? -Infinity;
  // A machine's message takes a turn only where it follows one of ours.
  const answersOurs = automatic && known.answeredAt !== null && known.answeredAt >= last;
  const machineTurns = automatic ? known.machineTurns + (answersOurs ? 1 : 0) : 0;
  const reason = stopReason(incoming, machineTurns, tx.now);
  const stoppedUntil = reason === undefined ? known.stoppedUntil : tx.now + STOPPED_FOR;
  await writeCorrespondence(tx, pair, { ...known, incoming, machineTurns, stoppedUntil });
  const wasStopped = known.stoppedUntil !== null && tx.now < known.stoppedUntil;
  return wasStopped ? undefined : reason;
}

function stopReason(incoming: readonly number[], machineTurns: number, now: number): StopReason | undefined {
  if (machineTurns >= MACHINE_TURNS) return 'machines';
  const first = incoming[0];
  return incoming.length >= MANY && first !== undefined && now - first <= WITHIN ? 'many' : undefined;
}

const lower = ({ inboxId, address }: Pair): Pair => ({ inboxId, address: address.toLowerCase() });
