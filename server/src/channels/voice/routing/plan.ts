import { CallRouting } from '@latchbox/shared/http/calls';
import type { Handle } from '../../../database/database.ts';
import { numberByE164, type StoredNumber } from '../../../database/texting/numbers.ts';
import { type MemberPhone, phonesOfInbox, storedRouting } from '../../../database/voice/settings.ts';
import type { Attempt, Plan, Target } from './next-step.ts';

/** Of an inbox that said nothing. */
export const DEFAULT_ROUTING: CallRouting = {
  steps: [],
  voicemail: {
    text: 'Hello. Nobody can take your call right now. Please leave a message after the tone.',
    seconds: 120,
    transcribe: false,
  },
  pressToAnswer: true,
};
/** Seconds that the number rings which stands with one of ours (M3). */
const FORWARD_SECONDS = 25;

/** What the provider rings at once. */
const MOST_AT_ONCE = 10;

export async function routingOf(db: Handle, inboxId: string): Promise<CallRouting> {
  const stored = await storedRouting(db, inboxId);
  return stored === undefined ? DEFAULT_ROUTING : CallRouting.parse(JSON.parse(stored));
}

/** How a call to this number from that one is routed now: first to where the number itself forwards (M3), then as its inbox says. */
export async function planOf(
  db: Handle,
  number: StoredNumber,
  call: { readonly from: string; readonly open: boolean },
): Promise<Plan> {
  const { steps, voicemail, pressToAnswer } = await routingOf(db, number.inboxId);
  const phones = await phonesOfInbox(db, number.inboxId);
  const first = number.voiceForward;
  // Another number of ours would ring in a circle.
  const circle = first === null || (await numberByE164(db, first)) !== undefined;
  const forward = circle ? [] : [attempt([outsider(first)], FORWARD_SECONDS)];
  const attempts = [...forward, ...steps.flatMap((step) => attemptsOf(step, phones))].map((one) => ({
    ...one,
    // Neither the number that was called nor the one that calls: that would ring in a circle, or at the caller's ear.
    targets: one.targets.filter(({ e164 }) => e164 !== number.e164 && e164 !== call.from),
  }));
  const rings = attempts.filter(({ targets }) => targets.length > 0);
  return { open: call.open, attempts: rings, voicemail, pressToAnswer };
}

const attempt = (targets: readonly Target[], seconds: number): Attempt => ({ targets, seconds });
const outsider = (e164: string): Target => ({ e164, agentId: null });

function attemptsOf(step: CallRouting['steps'][number], phones: readonly MemberPhone[]): Attempt[] {
  if (step.kind === 'forward') return [attempt([outsider(step.number)], step.seconds)];
  const ring =
    step.members === null
      ? phones
      : step.members.flatMap((agentId) => phones.filter((phone) => phone.agentId === agentId));
  const targets = ring.slice(0, MOST_AT_ONCE);
  return step.kind === 'together'
    ? [attempt(targets, step.seconds)]
    : targets.map((target) => attempt([target], step.seconds));
}
