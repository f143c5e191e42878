/** Relays that give mails ids of their own: an answer that knows only such an id belongs to its conversation all the same. */
import { expect, test } from 'vitest';
import { mailDesk } from './sending-stage.ts';

/** As Exchange says it, as SES does, and as a Postfix that makes ids of its queue's. */
const WAYS: readonly ((number: number) => { id: string; says: string })[] = [
  (number) => ({
    id: `<AM${number}.B2@XY.prod.outlook.com>`,
    says: `2.0.0 OK <AM${number}.B2@XY.prod.outlook.com> [Hostname=XY.prod.outlook.com]`,
  }),
  (number) => ({
    id: `<4XyZ12abc${number}@mx.relay.example>`,
    says: `2.0.0 Ok: queued as 4XyZ12abc${number}`,
  }),
];

const { customer, count, started, replies, writes, thread, delivered, sunk } = mailDesk(
  {},
  {
    renames: (number) => (WAYS[number % 2] ?? WAYS[0]!)(number),
    server: { name: 'mx.relay.example' },
  },
);

test.each(['named', 'queued'])(
  'T1: the relay’s own id is known: an answer to it alone comes back (%s)',
  async () => {
    const conversation = await started();
    const reply = await replies(conversation);
    await delivered(conversation, reply, 'sent');
    const mail = await sunk(({ to }) => to.includes(customer()));
    const relays = mail.parsed.messageId ?? '';
    expect(relays).toMatch(/outlook\.com|relay\.example/);
    await writes({ headers: [`In-Reply-To: ${relays}`], text: `It came, thank you, ${count()}.` });
    const entries = await thread(conversation);
    expect(entries.map((entry) => entry.kind)).toEqual(['message', 'reply', 'message']);
    // Whoever only learned the id is nobody of this conversation.
    await writes({ from: 'eve@evil.example', headers: [`In-Reply-To: ${relays}`], text: 'Let me in.' });
    expect(await thread(conversation)).toHaveLength(3);
  },
);
