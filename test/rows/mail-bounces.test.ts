/** Bounces and complaints of many mail servers, against what sisimai says of them. */

import { describe, expect, test } from 'vitest';
import { type RecipientNews, readBounce } from '../../server/src/channels/email/in/bounce.ts';
import { readComplaint } from '../../server/src/channels/email/in/complaint.ts';
import { readMail } from '../../server/src/channels/email/in/read-mail.ts';
import { hasMailFixtures, mailCases, mailFixtures } from '../tools/mail-fixtures.ts';

interface Verdict {
  readonly status: string | null;
  readonly reply_code: string | null;
  readonly hard_bounce: boolean;
}
interface Expected {
  readonly origin_expects?: {
    readonly class?: string;
    readonly status?: string;
    readonly recipients?: readonly Verdict[];
  };
}

/** Where a bounce names no status the origin makes one up: `5.0.9xx`. */
const isMadeUp = (status: string | null) => status === null || /\.9\d\d$/.test(status);

function agreement(theirs: readonly Verdict[], ours: readonly RecipientNews[]) {
  const pairs = theirs.map((verdict, at) => [verdict, ours[at]] as const);
  return {
    recipients: theirs.length === ours.length,
    status: pairs.every(([{ status }, own]) => isMadeUp(status) || own?.status === status),
    code: pairs.every(([{ reply_code: code }, own]) => code === null || own?.code === code),
    hard: pairs.every(([{ hard_bounce: hard }, own]) => own?.hard === hard),
  };
}

describe.skipIf(!hasMailFixtures)('mails that servers wrote', () => {
  test('bounces: the recipients, statuses, codes and whether the address is gone, as sisimai has them', async () => {
    const expected = mailCases<Record<string, Expected>>('expected.json');
    const counts = { bounces: 0, recipients: 0, status: 0, code: 0, hard: 0 };
    const wrong: string[] = [];
    for (const { name, raw } of mailFixtures()) {
      const theirs = expected[name]?.origin_expects;
      if (theirs?.recipients === undefined || !name.startsWith('bounces/')) continue;
      counts.bounces += 1;
      for (const [what, agrees] of Object.entries(
        agreement(theirs.recipients, await readBounce(await readMail(raw))),
      )) {
        if (agrees) counts[what as 'status'] += 1;
        else wrong.push(`${name}: ${what}`);
      }
    }
    process.stdout.write(`bounces: ${JSON.stringify(counts)}\n`);
    expect(counts.bounces).toBeGreaterThan(15);
    expect(wrong).toEqual([]);
  });

  test('no other mail is taken for a bounce, and a delay for no failure', async () => {
    const expected = mailCases<Record<string, Expected>>('expected.json');
    for (const { name, kind, raw } of mailFixtures()) {
      const mail = await readMail(raw);
      const news = await readBounce(mail);
      const { class: kindOfBounce } = expected[name]?.origin_expects ?? {};
      if (kindOfBounce === 'not-a-bounce') expect(news, name).toEqual([]);
      if (kindOfBounce?.startsWith('delay') === true)
        expect(
          news.map((one) => one.news),
          name,
        ).toEqual(['delayed']);
      const reports = mail.files.some(({ type }) => type === 'message/delivery-status');
      if (kind !== 'bounces' && !reports) expect(news, name).toEqual([]);
    }
  });

  test('complaints: every one is known as such, with those whom it names', async () => {
    const expected = mailCases<Record<string, Expected>>('expected.json');
    for (const { name, kind, raw } of mailFixtures()) {
      const complaint = readComplaint(await readMail(raw));
      expect(complaint !== undefined, name).toBe(kind === 'complaints');
      const named = expected[name]?.origin_expects?.recipients?.length;
      if (complaint !== undefined && complaint.addresses.length > 0 && named !== undefined)
        expect(complaint.addresses, name).toHaveLength(named);
    }
  });
});
