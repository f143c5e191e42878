/** The cases of the fuzzer by their numbers: any one of them can be played alone. */

import { hasMailFixtures, mailFixtures } from '../tools/mail-fixtures.ts';
import { seeded } from '../hostile/fuzz.ts';
import { judgeMail } from './judge.ts';
import { oddMail } from './mime.ts';

const known = hasMailFixtures ? mailFixtures().map(({ raw }) => raw) : [];

/** The bytes of a case, whatever ran before it. */
export function caseOf(seed: number, number: number): Buffer {
  return oddMail(seeded(Math.imul(seed, 1_000_003) + number), known);
}

/** Plays one case; throws what is wrong. */
export async function play(seed: number, number: number): Promise<void> {
  await judgeMail(caseOf(seed, number));
}
