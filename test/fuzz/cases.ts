/** The cases of the fuzzer by their numbers: any one of them can be played alone. */

import { hasMailFixtures, mailFixtures } from '../tools/mail-fixtures.ts';
import { seeded } from '../hostile/fuzz.ts';
import { judgeMail } from './judge.ts';
import { oddMail } from './mime.ts';
import { judgeWebhook } from './webhook.ts';

const known = hasMailFixtures ? mailFixtures().map(({ raw }) => raw) : [];

/** Every so manyth case is a webhook's body; the others are mails. */
const WEBHOOK_EVERY = 4;

/** The bytes of the mail of a case, whatever ran before it. */
export function caseOf(seed: number, number: number): Buffer {
  return oddMail(randomOf(seed, number), known);
}

/** Plays one case; throws what is wrong. */
export async function play(seed: number, number: number): Promise<void> {
  if (number % WEBHOOK_EVERY === 0) await judgeWebhook(randomOf(seed, number));
  else await judgeMail(caseOf(seed, number));
}

const randomOf = (seed: number, number: number) => seeded(Math.imul(seed, 1_000_003) + number);
