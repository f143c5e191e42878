/** Everything that agents, customers, administrators and bad luck do in a simulation. */
import { LatchboxError } from '@latchbox/shared';
import { type Act, any, inConversation, named, seatName, where } from './act.ts';
import { FAULTS } from './fault-acts.ts';
import { AGENTS, customer, INBOXES } from './office.ts';
import { PASSING_ON } from './passing-acts.ts';
import { QUERIES } from './queries.ts';
import { SEATS } from './world.ts';

const table = {
  ...PASSING_ON,
  ...FAULTS,
  open: inConversation(
    14,
    (seat, name, extra) => seat.open(name, extra < 750 ? 'if-free' : 'none'),
    (who, what, extra) => `${who} opens ${what}${extra < 750 ? '' : ' without wanting its lock'}`,
  ),
  leave: inConversation(
    5,
    (seat, name) => seat.leave(name),
    (who, what) => `${who} leaves ${what}`,
  ),
  acquire: inConversation(
    12,
    (seat, name, extra) => {
      const abort = new AbortController();
      seat.ask(`acquire of ${name}`, seat.conversation(name).lock.acquire({ signal: abort.signal }));
      if (extra < 100) abort.abort();
    },
    (who, what, extra) => `${who} asks for the lock of ${what}${extra < 100 ? ', and takes that back' : ''}`,
  ),
  release: where(
    'mine',
    inConversation(
      5,
      (seat, name) => seat.ask(`release of ${name}`, seat.conversation(name).lock.release()),
      (who, what) => `${who} gives the lock of ${what} back`,
    ),
  ),
  move: where(
    'mine-elsewhere',
    inConversation(
      3,
      (seat, name) => seat.ask(`move of ${name}`, seat.conversation(name).lock.moveHere()),
      (who, what) => `${who} moves the lock of ${what} here`,
    ),
  ),
  stay: where(
    'mine',
    inConversation(
      3,
      (seat, name) => seat.conversation(name).lock.stay(),
      (who, what) => `${who} says to be still working in ${what}`,
    ),
  ),
  type: inConversation(
    12,
    (seat, name, extra) => {
      const kind = extra % 10 < 7 ? 'reply' : 'note';
      seat.conversation(name).activity(kind);
      seat
        .conversation(name)
        .draft(kind)
        .set(extra < 150 ? '' : `text ${extra}`);
    },
    (who, what, extra) => `${who} types a ${extra % 10 < 7 ? 'reply' : 'note'} in ${what}`,
  ),
  reply: where(
    'mine',
    inConversation(
      16,
      (seat, name, extra) => {
        // Nobody answers what they have not opened, but for a few.
        if (!seat.opened.has(name) && extra % 8 !== 0) return seat.open(name, 'if-free');
        const body = `reply ${extra}`;
        const then = extra < 120 ? 'archive' : 'stay';
        seat.send('reply', name, body, seat.conversation(name).reply({ body, then }));
      },
      (who, what, extra) =>
        `${who} sends "reply ${extra}" in ${what}${extra < 120 ? ' and archives it' : ''}`,
    ),
  ),
  note: inConversation(
    5,
    (seat, name, extra) => {
      const body = `note ${extra}`;
      seat.send('note', name, body, seat.conversation(name).note({ body }));
    },
    (who, what, extra) => `${who} adds "note ${extra}" in ${what}`,
  ),
  insist: inConversation(
    6,
    (seat, name, extra) => {
      const conversation = seat.conversation(name);
      const failed = conversation.getSnapshot().outgoing.find(({ state }) => state === 'failed');
      const sent = failed === undefined ? undefined : seat.sentAs(failed.clientId);
      if (sent === undefined) return;
      if (extra < 300) conversation.discard(sent.clientId);
      else seat.follow(sent, conversation.sendAnyway(sent.clientId));
    },
    (who, what, extra) =>
      extra < 300 ? `${who} discards what failed in ${what}` : `${who} sends again what failed in ${what}`,
  ),
  mark: inConversation(
    4,
    (seat, name, extra) => {
      const conversation = seat.conversation(name);
      seat.ask(`mark of ${name}`, extra < 700 ? conversation.markRead() : conversation.markUnread());
    },
    (who, what, extra) => `${who} marks ${what} as ${extra < 700 ? 'read' : 'unread'}`,
  ),
  assign: inConversation(
    3,
    (seat, name, extra, world) => {
      const agent = AGENTS[extra % 5];
      const id = agent === undefined ? null : world.office.agents[agent].id;
      seat.ask(`assignment of ${name}`, seat.conversation(name).assign(id));
    },
    (who, what, extra) => `${who} assigns ${what} to ${AGENTS[extra % 5] ?? 'nobody'}`,
  ),
  status: inConversation(
    2,
    (seat, name, extra) => {
      const status = extra < 500 ? 'open' : 'archived';
      seat.ask(`status of ${name}`, seat.conversation(name).setStatus(status));
    },
    (who, what, extra) => `${who} sets ${what} to ${extra < 500 ? 'open' : 'archived'}`,
  ),
  list: {
    weight: 3,
    make: (random) => [any(random, SEATS.length), any(random, QUERIES.length)],
    run: (world, [who = 0, which = 0]) => {
      const { client } = world.seat(who);
      const list = client.list(QUERIES[which]);
      world.seat(who).ask(
        'list',
        list.until(({ status }) => status !== 'loading'),
      );
    },
    say: ([who]) => `${seatName(who)} looks at a list`,
  },
  customer: {
    weight: 8,
    make: (random) => [any(random, 4), any(random, 1_000)],
    run: (world, [where = 0, chance = 0]) => {
      const name = named(where);
      const { id, inbox } = world.office.conversations[name];
      const letter = world.nextLetter();
      const message = {
        channel: 'simulator' as const,
        providerId: letter,
        subject: '',
        conversationId: id,
        inboxId: world.office.inboxes[inbox],
        from: customer(name),
        body: letter,
      };
      quietly(world.anyServer(chance)?.services?.messaging.receive(message));
    },
    say: ([where]) => `the customer writes in the ${named(where)} conversation`,
  },
  member: {
    weight: 3,
    make: (random) => [
      any(random, AGENTS.length),
      any(random, INBOXES.length),
      any(random, 10),
      any(random, 100),
    ],
    run: (world, [who = 0, where = 0, what = 0, chance = 0]) => {
      const directory = world.anyServer(chance)?.services?.directory;
      const [agent, inbox] = [AGENTS[who], INBOXES[where]];
      if (directory === undefined || agent === undefined || inbox === undefined) return;
      const { adminId, agents, inboxes } = world.office;
      const admin = { agentId: adminId };
      const [inboxId, agentId] = [inboxes[inbox], agents[agent].id];
      const may = capability(what);
      if (may === null) quietly(directory.removeMember(admin, inboxId, agentId));
      else quietly(directory.putMember(admin, inboxId, agentId, { capability: may }));
    },
    say: ([who = 0, where = 0, what = 0]) => {
      const may = capability(what);
      const inbox = INBOXES[where] ?? '';
      return may === null
        ? `an administrator removes ${AGENTS[who] ?? ''} from ${inbox}`
        : `an administrator lets ${AGENTS[who] ?? ''} ${may} in ${inbox}`;
    },
  },
  reload: {
    weight: 3,
    make: (random) => [any(random, SEATS.length), any(random, 2)],
    run: (world, [who = 0, silent = 0]) => world.reload(world.seat(who), silent === 1),
    say: ([who, silent]) =>
      `${seatName(who)}'s page is reloaded${silent === 1 ? ', and the server is not told' : ''}`,
  },
} as const satisfies Record<string, Act>;

export type ActName = keyof typeof table;
export const ACTS: Readonly<Record<ActName, Act>> = table;

const capability = (what: number) => (what < 4 ? null : what < 6 ? 'read' : 'reply');

/** For what nobody waits for: a refusal is an answer, too. */
function quietly(work: Promise<unknown> | undefined): void {
  work?.catch((error: unknown) => {
    if (!LatchboxError.is(error)) throw error;
  });
}
