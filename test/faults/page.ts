/** `docs/faults.md`: what the long fault run is for, and what its last run showed. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { repository } from '../tools/server-process.ts';
import { RIG } from './rig/doc.ts';
import { FAULTS_PAGE, rigRuns } from './rig/record.ts';

/** One piece of the run, as the page tells it. */
export interface Piece {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What was counted, in a few words. */
  readonly told: string;
}

export const HOW = `# Fault runs

\`npm run faults\` is the long form of the fault tests. \`npm test\` plays the same with fewer rounds, shorter faults and the kept seeds
only, so that it always plays the same. The long run takes about half an hour, needs \`redis-server\`, and ends with \`N passed, N failed\`.

| part | what is done to it | what must hold |
|---|---|---|
| lock race | 100 agents in 8 processes take one conversation at the same instant, 200 rounds | one grant a round, the next fence, and 99 refusals that name the right holder |
| send race | 50 agents send at once under stale, forged or stolen fences, every other round the holder's own among them, 200 rounds | the holder's is stored, nothing else, and every refusal is \`lock_lost\` with the holder's name |
| twin race | the same client id 20 times at once over one socket, and 20 times over REST on all servers, 200 rounds | one reply each, and twenty identical answers |
| chaos | six agents and two watchers on two servers, while by a seed servers are killed, frozen and blocked, Redis is emptied, frozen and killed, and processes die at named points of the code | after healing every recorded answer, delivery and row agrees with the invariants, and the outbox is empty |
| tests | the tests of scenarios and faults, among them \`kill -9\` at every named point of an acquire, a send and the outbox, and the mutated sources | each test passes; each mutation makes the tests that are there for it fail |

The races run on one server with leases in memory, and on two servers that share a SQLite file and Redis. Every race and every
seed ends with the same judgement: the history of all clients, what they were told, and the database are held against the invariants of
\`test/tools/checkers*.ts\` (one holder an epoch, fences that only grow, no reply by anybody else than the holder, nothing acknowledged
that is lost, nothing told twice or out of order, …).

\`FAULTS=races,chaos,tests\` runs only some parts. \`RACE_ROUNDS\`, \`CHAOS_RUNS\` (new seeds, 10) and \`CHAOS_MS\` (how long faults are made, 20,000)
change the length. \`CHAOS_SEED\` is the first new seed, otherwise by the clock: \`FAULTS=chaos CHAOS_RUNS=1 CHAOS_SEED=7 npm run faults\`
plays the faults of seed 7 again. A seed that failed is kept in \`test/faults/seeds.json\`. \`npm run faults -- --write\` writes this page.
`;

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The whole page; \`passed\` and \`failed\` count the pieces and the single tests. */
export function page(
  pieces: readonly Piece[],
  total: { readonly passed: number; readonly failed: number },
): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
  const seconds = pieces.reduce((sum, piece) => sum + piece.seconds, 0);
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const rows = pieces.map(
    ({ name, ok, told, seconds: took }) =>
      `| ${name} | ${ok ? 'passed' : '**failed**'} | ${told} | ${took.toFixed(0)} |`,
  );
  const runs = existsSync(FAULTS_PAGE) ? rigRuns(readFileSync(FAULTS_PAGE, 'utf8')) : '';
  return `${HOW}
${RIG}
${runs === '' ? '' : `${runs}\n`}## The last run

Commit: ${git('rev-parse', '--short', 'HEAD')}. Date: ${new Date().toISOString().slice(0, 10)}. Duration: ${minutes(seconds)}. Machine: ${machine}.
**${total.passed} passed, ${total.failed} failed.**

| piece | result | figures | s |
|---|---|---|---|
${rows.join('\n')}
`;
}
