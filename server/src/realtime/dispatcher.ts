import { type Ack, LatchboxError, type RateClass, refuse, toWireError } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { createLogBudget } from '../lib/log-budget.ts';
import type { Call, Entry } from './commands/command.ts';
import type { LiveConnection } from './connection.ts';
import type { Connections } from './connections.ts';
import { invalid, invalidInput } from './invalid.ts';
import { type Answer, hasRoom } from './peer.ts';
import type { Turns } from './turns.ts';

/** Commands of one session that may be waiting or under way. */
const MOST_UNDER_WAY = 100;
/** Refusals that may be somebody trying what is not theirs: however many others there are, these are written down. */
const SECURITY: ReadonlySet<string> = new Set([
  'unauthenticated',
  'forbidden',
  'not_found',
  'invalid',
  'unknown_event',
]);
/** Lines about refusals in a second, of each of the two kinds. */
const MOST_LINES = 100;
/** Classes with answers large enough to fill a connection that does not read. */
const LARGE: ReadonlySet<RateClass> = new Set(['read', 'subscribe']);

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly commands: ReadonlyMap<string, Entry>;
  readonly connections: Connections;
  readonly turns: Turns;
  readonly onSlow: (connection: LiveConnection) => void;
  readonly counts: { commands: number; refused: number; failed: number };
  readonly figures?: { refused(command: string, code: string): void } | undefined;
  /** Ms after which a command counts as slow and is logged. */
  readonly slowAfter: number;
}

/** Whose command it was, for the log. */
interface About {
  readonly command: unknown;
  readonly agentId?: string;
  readonly address?: string;
  readonly tookMs?: number;
}

/** Checks commands, runs them in their turn and answers. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #budget: (write: () => void) => void;
  readonly #securityBudget: (write: () => void) => void;
  #order = 0;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#budget = createLogBudget(deps, MOST_LINES);
    this.#securityBudget = createLogBudget(deps, MOST_LINES);
  }

  /** Never throws, whatever came in. */
  dispatch(connection: LiveConnection, name: unknown, args: readonly unknown[], answer: Answer): void {
    const { clock, counts } = this.#deps;
    counts.commands += 1;
    const about = { command: name, agentId: connection.holder.agentId };
    const began = clock.monotonic();
    try {
      const { entry, input } = this.#check(connection, name, args);
      this.#run(connection, entry, input, answer).then(
        () => this.#noteSlow(began, about),
        (error: unknown) =>
          this.refuse(answer, error, { ...about, tookMs: Math.round(clock.monotonic() - began) }),
      );
    } catch (error) {
      this.refuse(answer, error, about);
    }
  }

  /** Answers with a refusal and writes it down; what is no refusal becomes `internal`, which says where the log has more. */
  refuse(answer: Answer, error: unknown, about: About): void {
    const { log, counts, commands, figures } = this.#deps;
    const requestId = newId('req');
    const command = typeof about.command === 'string' ? about.command.slice(0, 64) : typeof about.command;
    const known = command === 'hello' || commands.has(command) ? command : 'unknown';
    figures?.refused(known, LatchboxError.is(error) ? error.code : 'internal');
    let refusal = new LatchboxError('internal', { ref: requestId }) as LatchboxError;
    if (LatchboxError.is(error)) {
      refusal = error;
      counts.refused += 1;
      const fields = { ...about, command, requestId, code: error.code };
      const budget = SECURITY.has(error.code) ? this.#securityBudget : this.#budget;
      budget(() => log.info('A command was refused', fields));
    } else {
      counts.failed += 1;
      log.error('A command failed', { ...about, command, requestId, error });
    }
    const ack: Ack<never> = { ok: false, error: toWireError(refusal, requestId) };
    answer?.(ack);
  }

  /** It was answered, but it took long; what was refused says so in its own line. */
  #noteSlow(began: number, about: About): void {
    const { log, clock, slowAfter } = this.#deps;
    const took = clock.monotonic() - began;
    if (took >= slowAfter) log.warn('A command was slow', { ...about, tookMs: Math.round(took) });
  }

  /** Throws what is wrong with the command before anything is done. */
  #check(
    connection: LiveConnection,
    name: unknown,
    args: readonly unknown[],
  ): { entry: Entry; input: unknown } {
    const { clock, commands, turns } = this.#deps;
    const entry = typeof name === 'string' ? commands.get(name) : undefined;
    take(this.#deps, connection, entry?.contract.rate ?? 'read');
    if (name === 'hello') throw refuse('conflict');
    if (entry === undefined) throw refuse('unknown_event');
    if (isOver(connection, clock.now()) && entry.name !== 'auth.refresh') throw refuse('unauthenticated');
    if (args.length !== 1) throw invalid([{ path: '', message: 'expected one object' }]);
    const read = entry.contract.input.safeParse(args[0]);
    if (!read.success) throw invalidInput(read.error);
    // A system actor writes under its own name and never holds a lock, here as over REST.
    if (entry.contract.rate === 'lock' && connection.token.agent.kind !== 'person') throw refuse('forbidden');
    if (turns.count(connection.holder.sessionId) >= MOST_UNDER_WAY)
      throw new LatchboxError('rate_limited', { retryAfterMs: 100 });
    return { entry, input: read.data };
  }

  async #run(connection: LiveConnection, entry: Entry, input: unknown, answer: Answer): Promise<void> {
    this.#order += 1;
    const call: Call = { order: this.#order, afterwards: undefined };
    const work = async (): Promise<unknown> => {
      if (LARGE.has(entry.contract.rate)) holdBack(this.#deps, connection);
      return await entry.handle(connection, input, call);
    };
    const result = await inTurn(this.#deps.turns, connection, entry, call, input, work);
    this.#order += 1;
    const ack: Ack<unknown> = { ok: true, result };
    answer?.(ack);
    call.afterwards?.(this.#order);
  }
}

function isOver({ token }: LiveConnection, now: number): boolean {
  return token.endsAt !== null && token.endsAt <= now;
}

function take(
  { clock, connections }: DispatcherDeps,
  { limiter, holder }: LiveConnection,
  rate: RateClass,
): void {
  const now = clock.monotonic();
  const wait = limiter.take(rate, now) ?? connections.limiterOf(holder.agentId).take(rate, now);
  if (wait !== undefined) throw new LatchboxError('rate_limited', { retryAfterMs: wait });
}

/** Looked at when it is its turn: earlier answers may have filled the connection by then. */
function holdBack({ onSlow }: DispatcherDeps, connection: LiveConnection): void {
  if (hasRoom(connection.peer)) return;
  onSlow(connection);
  throw new LatchboxError('rate_limited', { retryAfterMs: 500 });
}

/**
 * What a session says about one conversation, or about one stream, is done one after the other. Signals that may be lost, and
 * the end of the session (which waits for all the rest itself), stand in no line.
 */
function inTurn(
  turns: Turns,
  { holder }: LiveConnection,
  { name, contract }: Entry,
  call: Call,
  input: unknown,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (contract.delivery === 'volatile' || name === 'session.close') return work();
  return turns.run(holder.sessionId, lineOf(input) ?? `#${call.order}`, work);
}

function lineOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if ('conversationId' in input && typeof input.conversationId === 'string') return input.conversationId;
  if ('stream' in input && typeof input.stream === 'string') return input.stream;
  return undefined;
}
