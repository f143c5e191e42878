/** A race has two sides: Latchbox on several servers, and the bare servers, each with as many connections. */
import { type OwnDeployment, startDeployment } from '../deployment.ts';
import { type BareDeployment, startBare } from './bare.ts';
import { type Field, startField } from './racing.ts';

export interface Fields extends AsyncDisposable {
  readonly deployment: OwnDeployment;
  readonly bare: BareDeployment;
  readonly ourField: Field;
  readonly bareField: Field;
}

/** Agents of one inbox with `lockOn: compose`, in turns on each server, and as many connections to bare ones. */
export async function startFields(given: {
  readonly agents: number;
  readonly servers: number;
  readonly conversations: number;
}): Promise<Fields> {
  const { agents, servers, conversations } = given;
  await using stack = new AsyncDisposableStack();
  const seed = { agents, inboxes: 1, each: 1, conversations, lockOn: 'compose' as const };
  const deployment = stack.use(await startDeployment(seed, servers));
  const bare = stack.use(await startBare(servers));
  // Not by the agent's number alone, which chooses the process: each process has agents on every server.
  const at = (urls: readonly string[], who: number) => urls[Math.floor(who / 2) % servers] ?? '';
  const racers = deployment.tokens.map((token, who) => ({ url: at(deployment.urls, who), token }));
  const ourField = stack.use(await startField(racers));
  const bareField = stack.use(await startField(racers.map((_, who) => ({ url: at(bare.urls, who) }))));
  const all = stack.move();
  return { deployment, bare, ourField, bareField, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Rounds of one side before the other has its turn: a machine that becomes slower slows both. */
const TURN = 50;

/** `rounds` of each, in turns. */
export async function inTurns(
  rounds: number,
  ...sides: readonly ((rounds: number) => Promise<void>)[]
): Promise<void> {
  for (let left = rounds; left > 0; left -= TURN) for (const side of sides) await side(Math.min(TURN, left));
}
