/** Everything that agents, customers, administrators and bad luck do in a simulation. */
import { LatchboxError } from '@latchbox/shared';
import { between, pick, type Random } from './chance.ts';
import { AGENTS, CONVERSATIONS, type ConversationName, customer, INBOXES } from './office.ts';
import type { Seat } from './seat.ts';
import { SEATS, SERVERS, type World } from './world.ts';

/** Numbers that were drawn when the plan was made. What they mean is the act's. */
export type Params = readonly number[];

interface Act {
  /** How often, beside the others. */
  readonly weight: number;
  /** Something breaks: more often or never, as the plan's trouble is. */
  readonly isFault?: true;
  readonly make: (random: Random) => Params;
  readonly run: (world: World, params: Params) => void;
  readonly say: (params: Params) => string;
}

const any = (random: Random, many: number): number => Math.floor(random() * many);
const seatName = (at = 0): string => SEATS[at % SEATS.length]?.name ?? '';
const serverName = (at = 0): string => `server ${SERVERS[at % SERVERS.length] ?? ''}`;
const named = (at = 0): ConversationName => CONVERSATIONS[at % CONVERSATIONS.length] ?? 'first';
const seconds = (ms = 0): string => `${(ms / 1_000).toFixed(1)} s`;

/** Somebody does something in a conversation. `extra`: more numbers. */
function inConversation(
  weight: number,
  run: (seat: Seat, name: ConversationName, extra: number, world: World) => void,
  say: (who: string, what: string, extra: number) => string,
): Act {
  return {
    weight,
    // The first conversation more often than the others: that is where people meet.
    make: (random) => [any(random, SEATS.length), random() < 0.4 ? 0 : any(random, 4), any(random, 1_000)],
    run: (world, [who = 0, where = 0, extra = 0]) => run(world.seat(who), named(where), extra, world),
    say: ([who = 0, where = 0, extra = 0]) => say(seatName(who), `the ${named(where)} conversation`, extra),
  };
}

type LockStatus = ReturnType<ReturnType<Seat['conversation']>['lock']['getSnapshot']>['status'];

/** The same where the lock is as it must be for that to make sense, if there is such a conversation. */
function where(status: LockStatus, act: Act): Act {
  return {
    ...act,
    run(world, [who = 0, at = 0, extra = 0]) {
      const seat = world.seat(who);
      const is = (name: ConversationName): boolean =>
        seat.conversation(name).lock.getSnapshot().status === status;
      // Beginning with the one that was drawn; now and then that one all the same.
      const order = CONVERSATIONS.map((_, index) => (at + index) % CONVERSATIONS.length);
      const found = extra % 8 === 0 ? at : (order.find((index) => is(named(index))) ?? at);
      if (found !== at) world.tell(`    which is the ${named(found)} one, where the lock is ${status}`);
      act.run(world, [who, found, extra]);
    },
  };
}

/** Until a fault is over it lasts `ms`, counted on no machine's clock. */
function later(world: World, ms: number, over: () => void): void {
  world.coordination.node.setTimer(ms, over);
}

/** Somebody waits, asks, passes on and takes over (L11–L13). */
const PASSING_ON = {
  queue: where(
    'theirs',
    inConversation(
      4,
      (seat, name) =>
        seat.ask(`turn in ${name}`, seat.conversation(name).lock.acquire({ whenHeld: 'queue' })),
      (who, what) => `${who} waits for the turn in ${what}`,
    ),
  ),
  join: inConversation(
    3,
    (seat, name) => void seat.conversation(name).lock.join(),
    (who, what) => `${who} wants to be told when ${what} is free`,
  ),
  leaveLine: inConversation(
    2,
    (seat, name) => seat.ask(`leaving the line of ${name}`, seat.conversation(name).lock.leaveLine()),
    (who, what) => `${who} waits no longer for ${what}`,
  ),
  accept: where(
    'offered',
    inConversation(
      4,
      (seat, name) => seat.ask(`offer of ${name}`, seat.conversation(name).lock.acceptOffer()),
      (who, what) => `${who} takes what is offered of ${what}`,
    ),
  ),
  ask: where(
    'theirs',
    inConversation(
      5,
      (seat, name) => seat.ask(`question about ${name}`, seat.conversation(name).lock.ask('May I?')),
      (who, what) => `${who} asks the holder for ${what}`,
    ),
  ),
  answer: where(
    'mine',
    inConversation(
      4,
      (seat, name, extra) => {
        const { lock } = seat.conversation(name);
        const state = lock.getSnapshot();
        const [asked] = state.status === 'mine' ? state.asks : [];
        if (asked !== undefined)
          seat.ask(`answer in ${name}`, lock.answer(asked.id, extra < 600 ? 'pass' : 'keep'));
      },
      (who, what, extra) => `${who} answers whoever asks for ${what}: ${extra < 600 ? 'yes' : 'no'}`,
    ),
  ),
  handOver: where(
    'mine',
    inConversation(
      4,
      (seat, name, extra, world) => {
        const state = seat.conversation(name).lock.getSnapshot();
        const to = AGENTS[extra % 5];
        const id = to === undefined ? null : world.office.agents[to].id;
        if (state.status === 'mine') seat.ask(`hand-over of ${name}`, state.lock.handOver(id, 'Over to you'));
      },
      (who, what, extra) => `${who} hands ${what} over to ${AGENTS[extra % 5] ?? 'nobody after all'}`,
    ),
  ),
  takeOver: where(
    'theirs',
    inConversation(
      3,
      (seat, name) => seat.ask(`take-over of ${name}`, seat.conversation(name).lock.takeOver('It is urgent')),
      (who, what) => `${who} takes ${what} over`,
    ),
  ),
};

const table = {
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
  ...PASSING_ON,
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
    make: (random) => [any(random, SEATS.length), any(random, 3)],
    run: (world, [who = 0, which = 0]) => {
      const { client } = world.seat(who);
      const list = client.list([{}, { status: 'open' as const }, { assignee: 'me' }][which] ?? {});
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
      else quietly(directory.putMember(admin, inboxId, agentId, may));
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
  cut: {
    weight: 4,
    isFault: true,
    make: (random) => [any(random, SEATS.length)],
    run: (world, [who = 0]) => world.cut(world.seat(who)),
    say: ([who]) => `${seatName(who)}'s connection breaks`,
  },
  block: {
    weight: 5,
    isFault: true,
    make: (random) => [
      any(random, SEATS.length),
      any(random, 4),
      any(random, 3),
      between(random, 200, 9_000),
    ],
    run: (world, [who = 0, where = 0, direction = 0, ms = 0]) => {
      const seat = world.seat(who);
      // A fourth server stands for all of them: the client is offline.
      const servers = where === 3 ? world.servers : [world.server(where)];
      for (const server of servers) {
        world.block(seat, server, { up: direction !== 1, down: direction !== 0 });
        later(world, ms, () => world.unblock(seat, server));
      }
    },
    say: ([who, where, direction, ms]) => {
      const what =
        direction === 0 ? 'what is said to' : direction === 1 ? 'what is heard from' : 'everything between';
      return `${what} ${where === 3 ? 'all servers' : serverName(where)} and ${seatName(who)} stands still for ${seconds(ms)}`;
    },
  },
  crash: {
    weight: 3,
    isFault: true,
    make: (random) => [any(random, 3), any(random, 2), pick(random, [50, 800, 4_000, 12_000])],
    run: (world, [which = 0, silent = 0, ms = 0]) => {
      const server = world.server(which);
      if (!server.isUp) return;
      world.crash(server, silent === 1);
      later(world, ms, () => world.start(server));
    },
    say: ([which, silent, ms]) =>
      `${serverName(which)} is killed${silent === 1 ? ' with its machine' : ''}, and comes back after ${seconds(ms)}`,
  },
  stop: {
    weight: 1,
    isFault: true,
    make: (random) => [any(random, 3), pick(random, [0, 500, 3_000])],
    run: (world, [which = 0, drain = 0]) => {
      const server = world.server(which);
      void server.stop(drain).then(() => later(world, 1_000, () => world.start(server)));
    },
    say: ([which]) => `${serverName(which)} is stopped in order, and started again`,
  },
  freeze: {
    weight: 3,
    isFault: true,
    make: (random) => [any(random, 3), between(random, 300, 14_000)],
    run: (world, [which = 0, ms = 0]) => {
      const { node } = world.server(which);
      if (node === undefined) return;
      node.freeze();
      later(world, ms, () => node.thaw());
    },
    say: ([which, ms]) => `the process of ${serverName(which)} stands still for ${seconds(ms)}`,
  },
  apart: {
    weight: 3,
    isFault: true,
    make: (random) => [any(random, 4), any(random, 2), between(random, 200, 9_000)],
    run: (world, [which = 0, direction = 0, ms = 0]) => {
      for (const server of which === 3 ? world.servers : [world.server(which)]) {
        const { seat } = server;
        seat?.cut(direction === 0 ? 'there' : 'back');
        later(world, ms, () => seat?.mend());
      }
    },
    say: ([which, direction, ms]) =>
      `${which === 3 ? 'every server' : serverName(which)} ${direction === 0 ? 'cannot reach' : 'hears nothing from'} the leases for ${seconds(ms)}`,
  },
  empty: {
    weight: 2,
    isFault: true,
    make: () => [],
    run: (world) => world.coordination.empty(),
    say: () => 'the leases are emptied',
  },
  clock: {
    weight: 2,
    isFault: true,
    make: (random) => [any(random, 3), pick(random, [-3_600_000, -5_000, 100, 9_000, 3_600_000])],
    run: (world, [which = 0, ms = 0]) => {
      const { node } = world.server(which);
      if (node !== undefined) node.skew += ms;
    },
    say: ([which, ms]) => `the clock of ${serverName(which)} jumps by ${seconds(ms)}`,
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
