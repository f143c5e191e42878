/**
 * `npm run faults:mutations`: takes every guard away, one after the other, in a copy of the sources, and sees the test that is there
 * for it fail for the right reason. Prints a table; ends with 1 if a mutation survives. `--only MU3,MU8` runs some of them.
 * Where `LATCHBOX_TEST_POSTGRES_URL` names no server, one is started if Postgres is installed.
 */

import { parseArgs } from 'node:util';
import { type Mutation, runSelections, type TestRun, type Verdict, verdictOf } from '../tools/mutation.ts';
import { MUTATIONS } from '../tools/mutations.ts';
import { startPostgres } from '../tools/postgres.ts';
import { copySources } from '../tools/source-copy.ts';

// Ending in order lets what was started be ended too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** A test with a deadline may miss it among all others on a busy machine: then it counts what it does by itself. */
const TRIES = 3;

/** What the test of a mutation says of the sources as they are. */
async function baseline(top: string, { noticedBy }: Mutation, together: TestRun): Promise<TestRun> {
  let run = together;
  for (let tries = 1; tries < TRIES && !passes(run); tries += 1)
    run = (await runSelections(top, [noticedBy]))[0] ?? run;
  return run;
}

const passes = ({ passed, failed }: TestRun): boolean => failed.length === 0 && passed.length > 0;

async function judgeAll(wanted: readonly Mutation[]): Promise<Map<Mutation, Verdict>> {
  const verdicts = new Map<Mutation, Verdict>();
  await using unchanged = await copySources();
  const selections = wanted.map(({ noticedBy }) => noticedBy);
  const without = await runSelections(unchanged.top, selections);
  for (const [index, mutation] of wanted.entries()) {
    const began = performance.now();
    await using mutated = await copySources(mutation.patches);
    const [withIt] = await runSelections(mutated.top, [mutation.noticedBy]);
    const together = without[index];
    if (withIt === undefined || together === undefined) throw new Error(`nothing ran for ${mutation.name}`);
    const verdict = verdictOf(mutation, await baseline(unchanged.top, mutation, together), withIt);
    verdicts.set(mutation, verdict);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(
      `${verdict.fate.padEnd(12)} ${mutation.name}: ${mutation.what} (${seconds} s)\n             ${verdict.by}`,
    );
  }
  return verdicts;
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',');
await using postgres = await startPostgres();
if (postgres !== undefined) process.env.LATCHBOX_TEST_POSTGRES_URL = postgres.url;
const chosen = MUTATIONS.filter(
  ({ name }) => only === undefined || only.includes(name.split(',')[0] ?? name),
);
const without = process.env.LATCHBOX_TEST_POSTGRES_URL === undefined;
const left = chosen.filter(({ needs }) => needs === 'postgres' && without);
for (const { name } of left) console.log(`left out     ${name}: there is no Postgres server`);
const verdicts = await judgeAll(chosen.filter((mutation) => !left.includes(mutation)));
const fates = Map.groupBy(verdicts.values(), ({ fate }) => fate);
const caught = fates.get('caught')?.length ?? 0;
console.log(`${caught} caught, ${verdicts.size - caught} not, ${left.length} left out`);
process.exitCode = caught === verdicts.size && caught > 0 ? 0 : 1;
