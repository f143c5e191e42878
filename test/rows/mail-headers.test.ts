/** The headers that decide where a mail belongs and who sent it, in mails of many programs. */

import { describe, expect, test } from 'vitest';
import { isAutomatic } from '../../server/src/channels/email/in/automatic.ts';
import { contactOf, fromOf } from '../../server/src/channels/email/in/contact.ts';
import { type ReadMail, readMail } from '../../server/src/channels/email/in/read-mail.ts';
import { hasMailFixtures, mailCases, mailFixtures } from '../tools/mail-fixtures.ts';

interface Expected {
  readonly from_headers?: {
    readonly message_id?: string | null;
    readonly in_reply_to?: readonly string[];
    readonly references?: readonly string[];
  };
  readonly origin_expects?: { readonly from?: string; readonly reply_to?: string; readonly contact?: string };
  readonly rule?: { readonly may_autoreply?: boolean };
}

const bare = (id: string): string => id.replaceAll(/^<|>$/g, '');

function machineWrote({ headers, type }: ReadMail): boolean {
  return isAutomatic({ headers, type, sender: undefined, from: fromOf(headers, '').address });
}

describe.skipIf(!hasMailFixtures)('headers of mails of many programs', () => {
  const expected = () => mailCases<Record<string, Expected>>('expected.json');

  test('T1: every id of Message-ID, In-Reply-To and References is found, in its order', async () => {
    let seen = 0;
    for (const { name, raw } of mailFixtures()) {
      const said = expected()[name]?.from_headers;
      if (said?.in_reply_to === undefined) continue;
      const { headers } = await readMail(raw);
      seen += 1;
      const found = ['message-id', 'in-reply-to', 'references'].map((id) => headers.ids(id));
      const given = [[said.message_id ?? []].flat(), said.in_reply_to, said.references ?? []];
      for (const [at, ids] of given.entries())
        for (const id of ids) expect(found[at], `${name}: ${id}`).toContain(bare(id));
    }
    expect(seen).toBeGreaterThan(20);
  });

  test('T5: the contact is who the mail asks to be answered to, where that is a person’s', async () => {
    for (const { name, raw } of mailFixtures()) {
      const { from, reply_to: replyTo, contact } = expected()[name]?.origin_expects ?? {};
      const mail = await readMail(raw);
      const who = fromOf(mail.headers, '');
      if (from !== undefined && /^\S+@\S+$/.test(from)) expect(who.address, name).toBe(from);
      const wanted = /^\S+@\S+/.exec(contact ?? replyTo ?? '')?.[0];
      if (wanted === undefined) continue;
      const found = contactOf(mail.headers, who, { automatic: machineWrote(mail), isOwn: () => false });
      expect(found.address, name).toBe(wanted);
    }
  });

  test('M9: of the mails that must not be answered by a machine all are known by their headers', async () => {
    const counts = { machine: 0, person: 0 };
    for (const { name, kind, raw } of mailFixtures()) {
      const automatic = machineWrote(await readMail(raw));
      if (expected()[name]?.rule?.may_autoreply === false) {
        counts.machine += 1;
        expect(automatic, name).toBe(true);
      } else if (kind === 'replies') {
        counts.person += automatic ? 0 : 1;
      }
    }
    process.stdout.write(`machines: ${JSON.stringify(counts)}\n`);
    expect(counts.machine).toBeGreaterThan(20);
  });
});
