import type { LiveConnection } from './connection.ts';
import { AGENT_FACTOR, createLimiter, type Limiter, type Rates } from './rates.ts';

interface OfAgent {
  readonly limiter: Limiter;
  /** Mostly one. */
  connections: readonly LiveConnection[];
}

const NONE: readonly LiveConnection[] = [];

/** The signed-in connections of this server, by session and by agent. */
export class Connections {
  readonly #bySession = new Map<string, LiveConnection>();
  readonly #byAgent = new Map<string, OfAgent>();
  readonly #rates: Rates;

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  get size(): number {
    return this.#bySession.size;
  }

  all(): Iterable<LiveConnection> {
    return this.#bySession.values();
  }

  ofSession(sessionId: string): LiveConnection | undefined {
    return this.#bySession.get(sessionId);
  }

  ofAgent(agentId: string): readonly LiveConnection[] {
    return this.#byAgent.get(agentId)?.connections ?? NONE;
  }

  /** The agents that are connected. */
  *agents(): Iterable<string> {
    for (const [agentId, { connections }] of this.#byAgent) if (connections.length > 0) yield agentId;
  }

  /** Puts the connection in the place of an older one of its session, which is returned. */
  add(connection: LiveConnection): LiveConnection | undefined {
    const { sessionId, agentId } = connection.holder;
    const older = this.#bySession.get(sessionId);
    if (older !== undefined) this.remove(older);
    this.#bySession.set(sessionId, connection);
    const agent = this.#agent(agentId);
    // Arrays of just this size, and never changed: thousands are kept, and who goes through one may remove from it.
    agent.connections = agent.connections.concat(connection);
    return older;
  }

  /** False when it was not here any more. */
  remove(connection: LiveConnection): boolean {
    const { sessionId, agentId } = connection.holder;
    if (this.#bySession.get(sessionId) !== connection) return false;
    this.#bySession.delete(sessionId);
    const agent = this.#byAgent.get(agentId);
    if (agent !== undefined) agent.connections = agent.connections.filter((one) => one !== connection);
    return true;
  }

  /** The limit of all connections of an agent together; it outlives them until it is idle. */
  limiterOf(agentId: string): Limiter {
    return this.#agent(agentId).limiter;
  }

  /** Forgets agents without a connection whose limits nobody would notice. */
  forgetIdle(now: number): void {
    for (const [agentId, { connections, limiter }] of this.#byAgent)
      if (connections.length === 0 && limiter.idle(now)) this.#byAgent.delete(agentId);
  }

  #agent(agentId: string): OfAgent {
    let ofAgent = this.#byAgent.get(agentId);
    if (ofAgent === undefined) {
      ofAgent = { limiter: createLimiter(this.#rates, AGENT_FACTOR), connections: NONE };
      this.#byAgent.set(agentId, ofAgent);
    }
    return ofAgent;
  }
}
