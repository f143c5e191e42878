import type { FakeServer } from '@latchbox/client/testing';

const MINUTE = 60_000;

/** The conversation that the states are shown in. */
export const ROSA = 'rosa';

/** Nine in the morning of today, where the page is looked at. */
export function morning(): number {
  return new Date().setHours(9, 2, 0, 0);
}

/** A small repair shop for kilns, from nine o'clock to a quarter to twelve. */
export async function seedWorkshop(server: FakeServer, lockOn: 'open' | 'compose'): Promise<void> {
  addPeople(server, lockOn);
  const at = async (minutesPastNine: number): Promise<void> => {
    await server.advance(morning() + (minutesPastNine - 2) * MINUTE - server.now());
  };
  const write = (id: string, from: string, subject: string, body: string): void => {
    server.newConversation({ id, inboxId: 'repairs', from, subject, body });
  };
  const ana = server.colleague('ana');
  const ben = server.colleague('ben');

  write(
    'clay',
    'Clay Commons Co-op',
    'Yearly inspection',
    'We have eleven members now and would like to book it.',
  );
  server.colleague('dana').assigns('clay', 'dana');
  await at(30);
  write('oskar', 'Oskar Wendt', 'Lid gasket', 'Perfect, thank you both.');
  ana.archives('oskar');
  await at(48);
  write(
    'marguerite',
    'Marguerite Dubois',
    'Warranty card for serial 88-2041',
    'The card was not in the box.',
  );
  ben.assigns('marguerite', 'ben');
  await at(95);
  write('priya', 'Priya Raman', 'Studio move, three kilns to re-site', 'We move on the first of next month.');
  ben.notes('priya', 'Ivo, can you quote the lift for all three of them before Friday?');
  await at(110);
  write('gregor', 'Gregor Falk', 'Re: Lid hinge, part 7-114', 'The old one has two bolts, not three.');
  server.colleague('ana').assigns('gregor', 'ivo');
  await at(112);
  write(
    'harbour',
    'Harbour Street School',
    'Two kilns, one circuit?',
    'Our electrician says forty amps each.',
  );
  await at(122);
  write(
    ROSA,
    'Rosa Achterberg',
    'Cracked element, KS-3',
    'Hello, we unpacked the new lower element this morning and it has a crack right by the left hook. We have a class on Thursday evening. What now?',
  );
  await at(125);
  ben.assigns(ROSA, 'ivo');
  await at(135);
  write(
    'noor',
    'Noor El-Amin',
    'Re: Thermocouple reads 40° low',
    'Is that normal for a type K after two years?',
  );
  ana.assigns('noor', 'ana');
  await at(148);
  write(
    'number',
    '+1 415 555 0177',
    'Is the pickup still at four today?',
    'I am on the bridge and it is slow.',
  );
  await at(152);
  write(
    'leila',
    'Leila Haddad',
    'Invoice 20418 shows our old address',
    'Could you send it again? Our auditors want the new one on it.',
  );
  await at(155);
  write(
    'tomasz',
    'Tomasz Wieczorek',
    'Cone 6 in nine hours, is that normal for a half load?',
    '88-2107. And do you have one in stock?',
  );
  ben.assigns('tomasz', 'ben');
  await at(158);
  ana.answers(
    ROSA,
    'Hello Rosa, I am sorry, that one should never have left our bench. A replacement is free of course. I can ship it today, with you on Friday, or hold one in Oakland from Thursday morning. Which is better for your class?',
  );
  ana.releases(ROSA);
  await at(161);
  ben.notes(ROSA, 'Ivo, Oakland has two on the shelf. I put one aside under her name until 5 pm.');
  await at(163);
  server.customerWrites(
    ROSA,
    'Thursday morning would save the class. Here is a photo of the hook so that nobody packs the same batch again. Do I need to bring the old one?',
  );
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
  server.addAgent('ivo', 'Ivo Lindqvist', { inboxes });
  server.addAgent('ana', 'Ana Brandt', { inboxes });
  server.addAgent('ben', 'Ben Kaya', { inboxes });
  server.addAgent('dana', 'Dana Reyes', { inboxes });
}
