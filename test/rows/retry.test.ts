import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { retryReply, sendReply } from '@latchbox/shared/http/replies';
import { expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { startWorld } from '../tools/world.ts';

const ORDERS = 'orders@fernhill.example';
const CORA = 'cora@quist.example';

test('T6: what failed is sent again by hand, once, by a member, and arrives under the id it had', async () => {
  await using sink = await startSmtpSink();
  const smtpPort = await freePort();
  await using world = await startWorld({
    seed: {
      inboxes: { orders: { addresses: [ORDERS], conversations: 0 } },
      agents: { ana: {}, ben: {}, mo: { role: 'admin', inboxes: [] } },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: String(smtpPort) },
  });
  const [ana, ben, mo] = [world.rest('ana'), world.rest('ben'), world.rest('mo')];
  const mail = `From: Cora <${CORA}>\r\nTo: ${ORDERS}\r\nSubject: A torn page\r\n\r\nPage 12 came torn.`;
  await sendMail(smtpPort, { from: CORA, to: ORDERS }, mail);
  const { rows } = await ana.call(listConversations);
  const conversation = rows[0]?.id ?? '';

  sink.next({ at: 'recipient', says: '552 5.2.2 The mailbox is full' });
  const body = { clientId: newClientId(), body: 'Please make room.' };
  const { entry: reply } = await ana.call(sendReply, { params: { conversation }, body });
  const is = (state: string) =>
    eventually(
      `its delivery is ${state}`,
      async () => {
        const { entries } = await ana.call(getConversation, { params: { conversation } });
        const entry = entries.at(-1);
        return entry?.kind === 'reply' && entry.delivery.state === state && entry.delivery;
      },
      20_000,
    );
  expect(await is('failed')).toMatchObject({ reason: '552 5.2.2 The mailbox is full' });

  const params = { conversation, position: String(reply.position) };
  await refusal('not_found', mo.call(retryReply, { params }));
  await ben.call(retryReply, { params });
  await is('sent');
  expect(sink.mails.map(({ parsed }) => parsed.messageId)).toEqual([expect.stringContaining(reply.id)]);
  await refusal('conflict', ana.call(retryReply, { params }));
  expect(sink.mails).toHaveLength(1);
});
