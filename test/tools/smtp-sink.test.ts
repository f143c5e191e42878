import { once } from 'node:events';
import { expect, test } from 'vitest';
import { sendMail, smtpClient } from './smtp-client.ts';
import { startSmtpSink } from './smtp-sink.ts';

test('a sender that breaks off in the middle of a mail gives none, and disturbs nobody', async () => {
  await using sink = await startSmtpSink();
  const client = await smtpClient(sink.port);
  for (const line of ['MAIL FROM:<one@test.example>', 'RCPT TO:<two@test.example>', 'DATA'])
    await client.command(line);
  client.socket.write('Subject: Half\r\n\r\nThis is');
  // Ends it in order: a reset could overtake what was written.
  client.socket.end();
  await once(client.socket, 'close');
  await sendMail(sink.port, { to: 'two@test.example' }, 'Subject: Whole\r\n\r\nThis is all of it.\r\n');
  await sink.mail('the whole mail', ({ parsed }) => parsed.subject === 'Whole');
  expect(sink.mails).toHaveLength(1);
});
