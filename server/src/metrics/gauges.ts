import { Counter, Gauge, type Registry } from 'prom-client';

/** What is looked at when somebody asks for the figures. */
export interface GaugeSources {
  /** Locks whose holder is connected to this server. */
  readonly locksHeld: () => number;
  readonly outbox: () => Promise<{
    readonly queued: number;
    readonly sending: number;
    readonly held: number;
    /** Ms that the message that is due for the longest has been due. */
    readonly overdue: number;
  }>;
  readonly sockets: () => SocketFigures;
}

export interface SocketFigures {
  readonly connections: number;
  readonly signedIn: number;
  readonly rooms: number;
  readonly slow: number;
  readonly frames: number;
  readonly deliveries: number;
  readonly commands: number;
  readonly closedAsSlow: number;
  /** Bytes that wait to be read by clients, of all connections and of the fullest one. */
  readonly buffered: { readonly all: number; readonly most: number };
}

export interface Gauges {
  /** From here on the figures are those of these sources; before that, 0. */
  watch(sources: GaugeSources): void;
  /** Whether a Redis is set up in a way that its log line warned of. */
  redisWarning(host: string, problem: string, on: boolean): void;
  /** What this process does. */
  role(role: string): void;
}

const IDLE_SOCKETS: SocketFigures = {
  connections: 0,
  signedIn: 0,
  rooms: 0,
  slow: 0,
  frames: 0,
  deliveries: 0,
  commands: 0,
  closedAsSlow: 0,
  buffered: { all: 0, most: 0 },
};

export function createGauges(registry: Registry): Gauges {
  const registers = [registry];
  let sources: GaugeSources | undefined;
  const sockets = (): SocketFigures => sources?.sockets() ?? IDLE_SOCKETS;

  gauge(registry, 'latchbox_locks_held', 'Locks whose holder is connected to this server.', () =>
    sources === undefined ? 0 : sources.locksHeld(),
  );
  outboxGauges(registry, () => sources?.outbox());
  socketGauges(registry, sockets);
  socketCounters(registry, sockets);

  const warnings = new Gauge({
    name: 'latchbox_redis_warnings',
    help: 'Ways in which a Redis is not set up for locks, as this server warned of in its log: eviction, persistence, replicas, replica.',
    labelNames: ['redis', 'problem'],
    registers,
  });
  const roles = new Gauge({
    name: 'latchbox_role',
    help: 'What this server does: web, smtp, worker.',
    labelNames: ['role'],
    registers,
  });
  return {
    watch(given) {
      sources = given;
    },
    redisWarning(redis, problem, on) {
      if (on) warnings.set({ redis, problem }, 1);
      else warnings.remove({ redis, problem });
    },
    role: (role) => roles.set({ role }, 1),
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function outboxGauges(registry: Registry, read: () => ReturnType<GaugeSources['outbox']> | undefined): void {
  let overdue = 0;
  new Gauge({
    name: 'latchbox_outbox_messages',
    help: 'Messages of the whole deployment by state: queued, sending, held (a person has to decide). Every server says the same.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const figures = await read();
      overdue = figures?.overdue ?? 0;
      for (const state of ['queued', 'sending', 'held'] as const) this.set({ state }, figures?.[state] ?? 0);
    },
  });
  gauge(
    registry,
    'latchbox_outbox_overdue_seconds',
    'For how long the message that is due for the longest has been due, at the last time the figures were asked for.',
    () => overdue / 1_000,
  );
}

function socketGauges(registry: Registry, sockets: () => SocketFigures): void {
  gauge(
    registry,
    'latchbox_sockets',
    'Connections, with those that have not said hello.',
    () => sockets().connections,
  );
  gauge(registry, 'latchbox_sockets_signed_in', 'Connections that said hello.', () => sockets().signedIn);
  gauge(registry, 'latchbox_rooms', 'Streams that somebody here subscribes to.', () => sockets().rooms);
  gauge(
    registry,
    'latchbox_sockets_slow',
    'Connections that are paused because they do not read as fast as they are written to.',
    () => sockets().slow,
  );
  gauge(
    registry,
    'latchbox_socket_buffered_bytes',
    'Bytes written to clients that wait to be read, of all connections.',
    () => sockets().buffered.all,
  );
  gauge(
    registry,
    'latchbox_socket_buffered_bytes_most',
    'The same of the fullest connection; at 1 MiB it is paused.',
    () => sockets().buffered.most,
  );
}

function socketCounters(registry: Registry, sockets: () => SocketFigures): void {
  const counters: readonly (readonly [name: string, help: string, read: (of: SocketFigures) => number])[] = [
    ['latchbox_frames_total', 'Frames that left for rooms.', (of) => of.frames],
    ['latchbox_deliveries_total', 'Writes of those frames to connections.', (of) => of.deliveries],
    ['latchbox_commands_total', 'Commands that came in over sockets.', (of) => of.commands],
    [
      'latchbox_sockets_closed_slow_total',
      'Connections closed because they did not catch up.',
      (of) => of.closedAsSlow,
    ],
  ];
  for (const [name, help, read] of counters) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        // Counted elsewhere, for less than a counter costs.
        this.reset();
        this.inc(read(sockets()));
      },
    });
  }
}
