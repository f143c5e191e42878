/** What the table of authorisation asks for: things that are there, and ids that are nowhere. */
import { eventually } from '../tools/eventually.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { ACCOUNT } from './authorisation-seats.ts';
import type { Target } from './authorisation.ts';
import { freshId } from './authorisation-sockets.ts';
import type { Stage } from './stage.ts';

export const NOWHERE: Target = {
  conversation: 'cnv_nothere',
  held: 'cnv_nothere',
  inbox: 'ibx_nothere',
  mail: 'obx_nothere',
  attachment: 'att_nothere',
  position: 1,
  colleague: 'agt_nothere',
  team: 'tea_nothere',
  mailbox: 'mbx_nothere',
};

/** A conversation of `orders` with a mail that came in, with a file, and one that left. */
export async function makeTarget(stage: Stage, port: number): Promise<Target> {
  const mail = [
    'From: Cora <cora@quist.example>',
    'To: orders@shop.example',
    'Subject: A torn page',
    'Message-ID: <torn@quist.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<p>Page 12</p>',
    '--b',
    'Content-Type: text/plain; name=page.txt',
    'Content-Disposition: attachment; filename=page.txt',
    '',
    'Torn',
    '--b--',
    '',
  ];
  await sendMail(port, { from: 'cora@quist.example', to: 'orders@shop.example' }, mail.join('\r\n'));
  const [file] = stage.world.rows<{ id: string; conversation: string }>(
    'SELECT id, conversation_id AS conversation FROM attachments',
  );
  const conversation = file?.conversation ?? '';
  const token = stage.key('ann');
  const body = { clientId: freshId(), body: 'A new page is on its way.' };
  await stage.ask('POST', `/api/conversations/${conversation}/replies`, { token, body });
  const left = await eventually('the mail of the reply is made', async () => {
    const { text } = await stage.ask('GET', '/api/mails', { token });
    return (JSON.parse(text) as { mails: { id: string }[] }).mails[0]?.id;
  });
  const account = { inbox: stage.orders, address: `${freshId().toLowerCase()}@shop.example`, ...ACCOUNT };
  const mailbox = await stage.ask('POST', '/api/mailboxes', { token: stage.key('mona'), body: account });
  return {
    conversation,
    held: stage.conversation(0),
    inbox: stage.orders,
    mail: left,
    attachment: file?.id ?? '',
    position: 1,
    colleague: stage.id('ben'),
    mailbox: (JSON.parse(mailbox.text) as { id: string }).id,
    team: stage.world.seeded.inboxes['orders']?.teamId ?? '',
  };
}
