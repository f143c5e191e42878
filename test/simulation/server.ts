import { createServices, type Services } from '@latchbox/server/src/services.ts';
import { readConfig } from '@latchbox/server/src/config.ts';
import type { DeploymentIdentity } from '@latchbox/server/src/database/meta.ts';
import type { Log } from '@latchbox/server/src/lib/log.ts';
import type { Peer } from '@latchbox/server/src/realtime/peer.ts';
import type { Coordination, Seat } from './coordination.ts';
import type { Store } from './store.ts';
import type { Node, SimTime } from './time.ts';

export const CONFIG = readConfig({
  REDIS_URL: 'redis://simulated',
  RATE_LIMIT_FACTOR: '100',
  PRESENCE_BEAT_MS: '2000',
  SWEEP_MS: '1000',
  ACCESS_TOKEN_MINUTES: '1440',
});

export interface ServerDeps {
  readonly name: string;
  readonly time: SimTime;
  readonly store: Store;
  readonly identity: DeploymentIdentity;
  readonly coordination: Coordination;
  readonly storeDelay: () => number;
  /** What the product logs as an error: there is no reason for one. */
  readonly complain: (message: string) => void;
}

type State =
  | { readonly phase: 'down' }
  | { readonly phase: 'up'; readonly node: Node; readonly services: Services; readonly seat: Seat }
  | { readonly phase: 'stopping'; readonly node: Node; readonly services: Services };

/** One of the servers: the product's own services, started and ended as `app.ts` does. */
export class SimServer {
  readonly name: string;
  readonly #deps: ServerDeps;
  #state: State = { phase: 'down' };
  #lives = 0;

  constructor(deps: ServerDeps) {
    this.name = deps.name;
    this.#deps = deps;
  }

  get services(): Services | undefined {
    return this.#state.phase === 'up' ? this.#state.services : undefined;
  }

  get node(): Node | undefined {
    return this.#state.phase === 'down' ? undefined : this.#state.node;
  }

  get seat(): Seat | undefined {
    return this.#state.phase === 'up' ? this.#state.seat : undefined;
  }

  get isUp(): boolean {
    return this.#state.phase === 'up';
  }

  /** Takes a connection in. False: it is down. */
  attach(node: Node, peer: Peer): boolean {
    if (this.#state.phase === 'down' || this.#state.node !== node) return false;
    this.#state.services.gateway.attach(peer);
    return true;
  }

  start(): void {
    if (this.#state.phase !== 'down') return;
    const { time, store, identity, coordination, storeDelay, name, complain } = this.#deps;
    this.#lives += 1;
    const id = `${name}.${this.#lives}`;
    const node = time.node(id);
    const log = complainingLog((message) => node.dead || complain(`${id}: ${message}`));
    const seat = coordination.seat(node, log);
    const services = createServices({
      config: CONFIG,
      db: store.view(() => node.wait(storeDelay())),
      identity,
      cluster: seat,
      clock: node,
      log,
      serverId: `srv_${id}`,
    });
    this.#state = { phase: 'up', node, services, seat };
    void services.heart.prepare(false).then(() => services.heart.start(false));
    services.presence.start();
    services.typing.start();
    services.outbox.start();
    services.snoozes.start();
  }

  /** kill -9: whatever it was about to do is not done. */
  crash(): void {
    if (this.#state.phase === 'down') return;
    this.#state.node.dead = true;
    if (this.#state.phase === 'up') void this.#state.seat.hints.close();
    this.#state = { phase: 'down' };
  }

  /** SIGTERM: it drains, and is gone when the answer resolves. */
  async stop(drain: number): Promise<void> {
    if (this.#state.phase !== 'up') return;
    const { node, services, seat } = this.#state;
    const stopping: State = { phase: 'stopping', node, services };
    this.#state = stopping;
    await services.gateway.drain('This server stops.', drain);
    await services.outbox.stop();
    await services.snoozes.stop();
    await services.heart.close();
    await services.presence.close();
    await services.typing.close();
    await Promise.all([seat.leases.close(), seat.registry.close(), seat.hints.close()]);
    if (this.#state === stopping) this.#state = { phase: 'down' };
  }
}

function complainingLog(complain: (message: string) => void): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, fields) => complain(`${message} ${describe(fields)}`),
    with: () => log,
  };
  return log;
}

function describe(fields: Record<string, unknown> | undefined): string {
  const error = fields?.['error'];
  const rest = Object.entries(fields ?? {}).filter(([name]) => name !== 'error');
  const cause =
    error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : error;
  return [JSON.stringify(Object.fromEntries(rest)), cause].filter(Boolean).map(String).join(' ');
}
