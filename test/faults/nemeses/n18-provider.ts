import type { Act } from '../rig/provider.ts';
import type { Random } from '../random.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

const ACTS = {
  silent: 2,
  vanish: 3,
  reset: 2,
  later: 3,
  refuse: 1,
  recipient: 3,
  stall: 2,
  take: 4,
} as const;

function chosen(random: Random): Act {
  const act = random.weighted(ACTS);
  switch (act) {
    case 'later':
      return { act, says: random.pick(['450 Try again later', '421 Too busy', '451 Local error']) };
    case 'refuse':
      return { act, says: random.pick(['550 No such user', '554 Rejected']) };
    case 'recipient':
      // Refused for good, it is told of; refused for now, it is tried again without those who have the mail (I17).
      return {
        act,
        number: random.below(3),
        says: random.pick(['550 No such user', '450 Mailbox busy', '452 Mailbox full']),
      };
    case 'stall':
      // 30 s in life; here longer or shorter than a claim on a message lasts.
      return { act, ms: between(random, 200, 3_000) };
    case 'reset':
    case 'silent':
    case 'take':
    case 'vanish':
      return { act };
  }
}

/** The mail relay has a bad day. */
export const provider: Nemesis = {
  name: 'N18',
  what: 'the relay times out after the dot, breaks off, refuses all or some now or for good, stalls; or its link is reset',
  lane: 'people',
  weight: 3,
  async run(rig, random, signal) {
    const acts = random.fork(`acts ${random.next()}`);
    rig.provider.script(() => chosen(acts));
    const before = rig.provider.copies.length;
    const end = performance.now() + between(random, 2_000, 8_000);
    while (performance.now() < end && !signal.aborted) {
      await hold(between(random, 300, 1_500), signal);
      if (random.next() < 0.2) for (const link of rig.relayLinks) link.reset();
    }
    rig.provider.script(null);
    return `${rig.provider.copies.length - before} mails`;
  },
  async heal(rig) {
    rig.provider.script(null);
    await Promise.resolve();
  },
};
