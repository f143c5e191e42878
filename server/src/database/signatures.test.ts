/** Which signature stands below a reply (T13): what is most one's own, and an empty one is a wish for none. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { ownSignature, putSignature, signatureOf, type SignatureOwner } from './signatures.ts';
import { openTestDatabase, TEST_DIALECTS } from './testing/open.ts';
import { ManualClock } from '../lib/manual-clock.ts';

const ANNA = 'agt_anna';
const ORDERS = 'ibx_orders';
const INBOX = { agentId: '', inboxId: ORDERS };
const AGENT = { agentId: ANNA, inboxId: '' };
const BOTH = { agentId: ANNA, inboxId: ORDERS };

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let db: Database;
  beforeAll(async () => {
    db = await openTestDatabase(dialect, { clock: new ManualClock() });
  }, 60_000);
  afterAll(() => db.close());
  beforeEach(async () => {
    for (const who of [INBOX, AGENT, BOTH]) await put(who, undefined);
  });

  const put = (who: SignatureOwner, body: string | undefined, html: string | null = null) =>
    db.inTransaction((tx) => putSignature(tx, who, body === undefined ? undefined : { body, html }));
  const below = async (agentId = ANNA, inboxId = ORDERS) =>
    (await signatureOf(db.read, { agentId, inboxId }))?.body;

  test('none anywhere is none', async () => {
    expect(await below()).toBeUndefined();
  });

  test('the agent’s for this inbox comes before the agent’s, and that before the inbox’s', async () => {
    await put(INBOX, 'The orders team');
    expect(await below()).toBe('The orders team');
    await put(AGENT, 'Anna');
    expect(await below()).toBe('Anna');
    await put(BOTH, 'Anna of Orders');
    expect(await below()).toBe('Anna of Orders');
    await put(BOTH, undefined);
    expect(await below()).toBe('Anna');
    await put(AGENT, undefined);
    expect(await below()).toBe('The orders team');
  });

  test('an empty one means none, whatever the inbox has', async () => {
    await put(INBOX, 'The orders team');
    await put(AGENT, '');
    expect(await below()).toBeUndefined();
    await put(BOTH, 'Anna of Orders');
    expect(await below()).toBe('Anna of Orders');
  });

  test('nobody signs with somebody else’s', async () => {
    await put(AGENT, 'Anna');
    await put(BOTH, 'Anna of Orders');
    expect(await below('agt_ben')).toBeUndefined();
    expect(await below(ANNA, 'ibx_board')).toBe('Anna');
  });

  test('one that is put again takes the other’s place, with its HTML', async () => {
    await put(AGENT, 'Anna');
    await put(AGENT, 'Anna B.', '<b>Anna B.</b>');
    expect(await ownSignature(db.read, AGENT)).toEqual({ body: 'Anna B.', html: '<b>Anna B.</b>' });
    expect(await ownSignature(db.read, BOTH)).toBeUndefined();
  });
});
