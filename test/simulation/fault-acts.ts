/** What breaks, and for how long. */
import { type Act, any, seatName } from './act.ts';
import { between, pick } from './chance.ts';
import { SEATS, SERVERS } from './world.ts';

const serverName = (at = 0): string => `server ${SERVERS[at % SERVERS.length] ?? ''}`;
const seconds = (ms = 0): string => `${(ms / 1_000).toFixed(1)} s`;

export const FAULTS = {
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
        world.later(ms, () => world.unblock(seat, server));
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
      world.later(ms, () => world.start(server));
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
      void server.stop(drain).then(() => world.later(1_000, () => world.start(server)));
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
      world.later(ms, () => node.thaw());
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
        world.later(ms, () => seat?.mend());
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
