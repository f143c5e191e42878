/** The guards of what leaves, done on purpose and judged by the record alone, as in `guards.test.ts`. */
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { sendReply } from '@latchbox/shared/http/replies';
import { expect, test } from 'vitest';
import { judge, tell } from '../tools/checkers.ts';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import type { Run } from '../tools/history.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { InvariantBroken, startWorld } from '../tools/world.ts';
import { type Act, startProvider } from './rig/provider.ts';

const ORDERS = 'orders@shop.example';
const CORA = 'cora@quist.example';
const recipients = {
  to: [{ name: 'Cora', address: CORA }],
  cc: [
    { name: 'Ben', address: 'ben@quist.example' },
    { name: 'Eva', address: 'eva@quist.example' },
  ],
  bcc: [],
};

test('the recipients: who has the mail does not get it again because another one is tried again', async () => {
  await using provider = await startProvider();
  const smtp = await freePort();
  await using world = await startWorld({
    seed: { inboxes: { orders: { addresses: [ORDERS], conversations: 1 } }, agents: { ann: {} } },
    env: { SMTP_URL: `smtp://127.0.0.1:${provider.port}`, SMTP_PORT: String(smtp) },
  });
  const lines = [`From: Cora <${CORA}>`, `To: ${ORDERS}`, 'Subject: A torn page', '', 'Page 12 came torn.'];
  await sendMail(smtp, { from: CORA, to: ORDERS }, lines.join('\r\n'));
  const rest = world.rest('ann');
  const { rows } = await rest.call(listConversations, { query: { limit: 10 } });
  const conversation = rows.find(({ contact }) => contact.address === CORA)?.id ?? '';

  // The second one is told to come later, then, alone, the one that is left; at last it is taken.
  const acts: Act[] = [
    { act: 'recipient', number: 1, says: '450 Mailbox busy' },
    { act: 'recipient', number: 0, says: '451 Still busy' },
  ];
  provider.script(() => acts.shift() ?? { act: 'take' });
  const body = { clientId: newClientId(), body: 'A new page is in the post.', recipients };
  const { entry } = await rest.call(sendReply, { params: { conversation }, body });
  await eventually(
    'everybody has it',
    async () => {
      const { entries } = await rest.call(getConversation, { params: { conversation } });
      const reply = entries.find(({ position }) => position === entry.position);
      return reply?.kind === 'reply' && reply.delivery.state === 'sent';
    },
    20_000,
  );
  const run = { ...world.run(), dumps: [world.dump()] } satisfies Run;
  const got = { provider: provider.copies, providerForgets: true };
  // A send over REST is nobody's recorded command.
  const wrong = tell(judge({ ...run, ...got }, ['I12']).violations);
  if (wrong !== '') throw new InvariantBroken(wrong);
  expect(provider.copies.flatMap(({ accepted }) => accepted).toSorted()).toEqual([
    'ben@quist.example',
    CORA,
    'eva@quist.example',
  ]);
  expect(provider.copies.map(({ refused }) => refused)).toEqual([['ben@quist.example'], []]);
});
