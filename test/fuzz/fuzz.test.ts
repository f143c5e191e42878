import { expect, test } from 'vitest';
import { hasMailFixtures, mailFixtures } from '../tools/mail-fixtures.ts';
import { BOMBS } from './bombs.ts';
import { play } from './cases.ts';
import { judgeMail } from './judge.ts';

/** Of the processor; a longer run: `node test/fuzz/run.ts --seconds 600 --seed 1`. */
const SECONDS = 3;

test('odd mails and webhooks are read without a crash, in time, and into what can be stored', {
  timeout: 60_000,
}, async () => {
  const seed = Math.floor(Date.now() / 1_000);
  const wrong: string[] = [];
  const begun = process.cpuUsage();
  let at = 0;
  for (; spent(begun) < SECONDS * 1_000; at += 1)
    await play(seed, at).catch((error: unknown) =>
      wrong.push(`--seed ${seed} --case ${at}: ${String(error)}`),
    );
  process.stdout.write(`seed ${seed}: ${at} odd mails and webhooks\n`);
  expect(wrong).toEqual([]);
  expect(at).toBeGreaterThan(50);
});

const spent = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

test.each(Object.entries(BOMBS))(
  'C51: too many or too much: %s',
  { timeout: 60_000 },
  async (_what, text) => {
    await judgeMail(Buffer.from(text, 'latin1'));
  },
);

test.skipIf(!hasMailFixtures)('C51: no mail of the fixtures throws or keeps others waiting', async () => {
  for (const { name, raw } of mailFixtures()) {
    const wrong = await judgeMail(raw).catch((error: unknown) => `${name}: ${String(error)}`);
    expect(wrong).toBeUndefined();
  }
});
