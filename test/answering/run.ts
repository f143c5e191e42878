/**
 * Two minutes against programs that answer every mail at once, one with the headers of RFC 3834 and one as if a person wrote: `node --run
 * answering [seconds]`. Ends with 1 when either got more than one automatic answer.
 */
import { changeInboxHours } from '@latchbox/shared/http/hours';
import { eventually, pause } from '../tools/eventually.ts';
import { startAutoResponder } from '../tools/mail/auto-responder.ts';
import { freePort } from '../tools/server-process.ts';
import { SHORT, startWorld } from '../tools/world.ts';

const ORDERS = 'orders@shop.example';
const PROGRAMS = { 'as a person': 'plain@quist.example', 'with its marks': 'marked@quist.example' } as const;
/** Ms between two mails that their owners write besides. */
const EVERY = 10_000;

async function main(seconds: number): Promise<boolean> {
  const port = await freePort();
  const marked = (address: string): boolean => address === PROGRAMS['with its marks'];
  const responder = await startAutoResponder({ port, to: ORDERS, marked });
  await using world = await startWorld({
    seed: {
      inboxes: { orders: { times: SHORT, conversations: 0, addresses: [ORDERS] } },
      agents: { mia: { role: 'admin', inboxes: [] } },
    },
    env: { SMTP_URL: responder.url, SMTP_PORT: String(port) },
  });
  const text = { subject: 'Away: {{subject}}', body: 'Nobody is here.' };
  await world.rest('mia').call(changeInboxHours, {
    params: { inbox: world.seeded.inboxes['orders']?.inboxId ?? '' },
    body: { outOfOffice: { when: { mode: 'on' }, text } },
  });
  const answers = () => Object.values(PROGRAMS).map((address) => responder.mailsTo(address).length);
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    for (const address of Object.values(PROGRAMS)) await responder.write(address, 'Is anybody there?');
    await eventually('each was answered', () => answers().every((count) => count > 0), 10_000);
    await pause(Math.max(0, Math.min(EVERY, end - performance.now())));
  }
  const [plain = 0, other = 0] = answers();
  console.log(
    `${seconds} s; ${responder.answered()} mails were answered by the programs; automatic answers of ours: ` +
      `${plain} to the one that answers as a person, ${other} to the one that marks its mail.`,
  );
  await responder[Symbol.asyncDispose]();
  return plain === 1 && other === 1;
}

process.exitCode = (await main(Number(process.argv[2] ?? 120))) ? 0 : 1;
