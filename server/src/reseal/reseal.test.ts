import { describe, expect, test } from 'vitest';
import { aboutFactor, beginFactor } from '../database/directory/factors.ts';
import { insertDkim } from '../database/dkim-keys.ts';
import { insertMailbox } from '../database/mailboxes.ts';
import { sealedPlaces } from '../database/sealed.ts';
import { givenAgent, givenInbox } from '../database/testing/given.ts';
import { openTestDatabase, TEST_DIALECTS } from '../database/testing/open.ts';
import { createSeal, type Seal } from '../lib/seal.ts';
import { resealAll } from './reseal.ts';

const SERVER = { host: 'x', port: 1, security: 'tls', user: 'x', auth: 'password' } as const;

describe.each(TEST_DIALECTS)('another key on %s', { timeout: 60_000 }, (dialect) => {
  test('every secret is sealed with it, and the old key is needed no more; what no key opens is named', async () => {
    await using db = await openTestDatabase(dialect).then((at) =>
      Object.assign(at, { [Symbol.asyncDispose]: () => at.close() }),
    );
    const { inboxId } = await givenInbox(db);
    const { id: createdBy } = await givenAgent(db, 'Ada');
    const mailbox = (id: string, seal: Seal) =>
      db.inTransaction((tx) =>
        insertMailbox(tx, {
          id,
          inboxId,
          ownerId: null,
          address: `${id}@shop.example`,
          name: '',
          incoming: { ...SERVER, folders: ['INBOX'], sentFolder: null, copySent: true, importDays: 0 },
          outgoing: null,
          secrets: seal.seal(`of ${id}`, `mailbox ${id}`),
          ratePerMinute: 1,
          createdBy,
        }),
      );
    const old = createSeal(['first'], 'a deployment');
    await mailbox('mbx_a', old);
    await mailbox('mbx_b', createSeal([], 'a deployment'));
    await mailbox('mbx_c', createSeal(['lost'], 'a deployment'));
    const key = { selector: 's', sealedKey: old.seal('a key', 'dkim:shop.example:s'), publicKey: 'AAAA' };
    await db.inTransaction((tx) => insertDkim(tx, 'shop.example', key));

    await db.inTransaction((tx) => beginFactor(tx, createdBy, old.seal('a factor', aboutFactor(createdBy))));

    const both = createSeal(['second', 'first'], 'a deployment');
    const lost = ['mailbox mbx_c@shop.example'];
    expect(await resealAll(db, both)).toEqual({ newest: 4, before: 0, closed: lost });
    expect(await resealAll(db, both)).toEqual({ newest: 4, before: 4, closed: lost });
    const only = createSeal(['second'], 'another deployment');
    const places = (await sealedPlaces(db.read)).filter(({ of }) => !lost.includes(of));
    expect(places.map(({ sealed, about }) => only.open(sealed, about)).toSorted()).toEqual([
      'a factor',
      'a key',
      'of mbx_a',
      'of mbx_b',
    ]);
  });
});
