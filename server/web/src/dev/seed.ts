import type { FakeServer } from '@latchbox/client/testing';
import { dress } from './dress.ts';
import { HTML, QUOTE, ROSA, ROSA_ANSWER } from './letters.ts';

const MINUTE = 60_000;

/** Two past nine this morning, where the page is looked at. */
export function morning(): number {
  return new Date().setHours(9, 2, 0, 0);
}

/** What happens, at how many minutes past nine. */
type Step = readonly [minute: number, what: (server: FakeServer) => void];

const write =
  (id: string, from: string, subject: string, body: string) =>
  (server: FakeServer): void =>
    void server.newConversation({ id, inboxId: 'repairs', from, subject, body });
const assign = (id: string, to: string) => (server: FakeServer) => server.colleague('ben').assigns(id, to);

const EARLIER: readonly Step[] = [
  [1, write('rosa-old', 'Rosa Achterberg', 'Element set for the KS-3', 'Do you still make the old set?')],
  [1, (server) => server.colleague('ben').archives('rosa-old')],
  [
    2,
    write('clay', 'Clay Commons Co-op', 'Yearly inspection', 'We have eleven members now and would like it.'),
  ],
  [2, assign('clay', 'dana')],
  [30, write('oskar', 'Oskar Wendt', 'Lid gasket', 'Perfect, thank you both.')],
  [31, (server) => server.colleague('ana').archives('oskar')],
  [48, write('marguerite', 'Marguerite Dubois', 'Warranty card for 88-2041', 'The card was not in the box.')],
  [48, assign('marguerite', 'ben')],
  [95, write('priya', 'Priya Raman', 'Studio move, three kilns to re-site', 'We move on the first.')],
  [
    96,
    (server) => server.colleague('ben').notes('priya', 'Ivo, can you quote the lift for all three of them?'),
  ],
  [110, write('gregor', 'Gregor Falk', 'Re: Lid hinge, part 7-114', 'The old one has two bolts, not three.')],
  [110, assign('gregor', 'ivo')],
  [
    112,
    write(
      'harbour',
      'Harbour Street School',
      'Two kilns, one circuit?',
      'Our electrician says forty amps each.',
    ),
  ],
];

const NEWEST: readonly Step[] = [
  [135, write('noor', 'Noor El-Amin', 'Re: Thermocouple reads 40° low', 'Is that normal for a type K?')],
  [135, assign('noor', 'ana')],
  [
    148,
    write(
      'number',
      '+1 415 555 0177',
      'Is the pickup still at four today?',
      'I am on the bridge and it is slow.',
    ),
  ],
  [
    152,
    write(
      'leila',
      'Leila Haddad',
      'Invoice 20418 shows our old address',
      'Could you send it again? Our auditors',
    ),
  ],
  [
    155,
    write('tomasz', 'Tomasz Wieczorek', 'Cone 6 in nine hours, is that normal for a half load?', '88-2107.'),
  ],
  [155, assign('tomasz', 'ben')],
];

const ROSA_STEPS: readonly Step[] = [
  [
    122,
    write(
      ROSA,
      'Rosa Achterberg',
      'Cracked element, KS-3',
      'Hello, we unpacked the new lower element this morning and it has a crack right by the left hook. We have a class on Thursday evening. What now?',
    ),
  ],
  [125, assign(ROSA, 'ivo')],
  [
    158,
    (server) =>
      void server
        .colleague('ana')
        .answers(
          ROSA,
          'Hello Rosa, I am sorry, that one should never have left our bench. A replacement is free of course. I can ship it today, with you on Friday, or hold one in Oakland from Thursday morning. Which is better for your class?',
        ),
  ],
  [159, (server) => server.colleague('ana').releases(ROSA)],
  [
    161,
    (server) =>
      void server
        .colleague('ben')
        .notes(ROSA, 'Ivo, Oakland has two on the shelf. I put one aside under her name until 5 pm.'),
  ],
  [
    163,
    (server) => server.customerWrites(ROSA, `${ROSA_ANSWER}\n\n${QUOTE}`, { html: HTML, remoteImages: 1 }),
  ],
];

/** A small repair shop for kilns, from two past nine to a quarter to twelve. */
export async function seedWorkshop(server: FakeServer, lockOn: 'open' | 'compose'): Promise<void> {
  addPeople(server, lockOn);
  const steps = [...EARLIER, ...NEWEST, ...ROSA_STEPS].sort(([a], [b]) => a - b);
  const at = (minute: number) =>
    server.advance(Math.max(0, morning() + (minute - 2) * MINUTE - server.now()));
  for (const [minute, what] of steps) {
    await at(minute);
    what(server);
  }
  dress(server);
  await at(166);
}

function addPeople(server: FakeServer, lockOn: 'open' | 'compose'): void {
  const inboxes = { repairs: 'reply', orders: 'reply', texts: 'reply' } as const;
  server.addInbox('repairs', 'Repairs', lockOn);
  server.addInbox('orders', 'Orders', 'open');
  server.addInbox('texts', 'Text line', 'compose');
  const colours: Record<string, string> = { repairs: '#c4693d', orders: '#4583a8', texts: '#758a2e' };
  for (const [id, inbox] of server.world.inboxes) {
    const colour = colours[id];
    if (colour !== undefined) server.world.inboxes.set(id, { ...inbox, colour });
  }
  server.addAccount('repairs', { channel: 'email', address: 'repairs@kilnworks.example', label: 'Repairs' });
  server.addAccount('orders', { channel: 'email', address: 'orders@kilnworks.example', label: 'Orders' });
  server.addAccount('texts', { channel: 'sms', address: '+14155550100', label: 'Text line' });
  server.addAgent('ivo', 'Ivo Lindqvist', { inboxes });
  server.addAgent('ana', 'Ana Brandt', { inboxes });
  server.addAgent('ben', 'Ben Kaya', { inboxes });
  server.addAgent('dana', 'Dana Reyes', { inboxes });
}
