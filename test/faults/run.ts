/**
 * `npm run faults`: the long run. All rounds of the races on every mode, many random seeds, and the tests of faults and scenarios.
 * The last line says `N passed, N failed`. `FAULTS=races,chaos,tests` runs only some of it, `RACE_ROUNDS`, `CHAOS_RUNS` and
 * `CHAOS_MS` change its length, `CHAOS_SEED` is the first new seed. `--write`: into docs/faults.md.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockRace, MODES, type Mode, sendRace, startTrack, twinRace } from '../races/races.ts';
import { FAILPOINTS } from '../tools/failpoints.ts';
import { repository } from '../tools/server-process.ts';
import { copySources } from '../tools/source-copy.ts';
import { runChaos } from './chaos.ts';
import { page, type Piece } from './page.ts';
import { asksForRig, runRig } from './rig/command.ts';

// Ending in order lets what was started be ended too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

// With arguments of its own it is the rig: three servers, real clients, and the nemeses.
if (asksForRig(process.argv.slice(2))) process.exit(await runRig(process.argv.slice(2)));

const total = { passed: 0, failed: 0 };
const only = process.env.FAULTS?.split(',');
const wanted = (part: string): boolean => only === undefined || only.includes(part);
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

const pieces: Piece[] = [];

/** Runs one piece and counts it; `tell` says in a few words what it counted. */
async function piece<T>(name: string, work: () => Promise<T>, tell: (result: T) => string): Promise<void> {
  const began = performance.now();
  const took = (): number => (performance.now() - began) / 1_000;
  try {
    const told = tell(await work());
    total.passed += 1;
    pieces.push({ name, ok: true, seconds: took(), told });
    console.log(`ok      ${name} (${took().toFixed(1)} s) ${told}`);
  } catch (error) {
    total.failed += 1;
    pieces.push({ name, ok: false, seconds: took(), told: '' });
    console.log(
      `FAILED  ${name} (${took().toFixed(1)} s)\n${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function races(): Promise<void> {
  const rounds = number('RACE_ROUNDS', 200);
  for (const mode of Object.keys(MODES) as Mode[]) {
    await using track = await startTrack(mode);
    await piece(
      `lock race, ${mode}`,
      () => track.run((world, crew) => lockRace(world, crew, rounds)),
      (result) =>
        `${result.rounds} rounds, ${result.grants} grants, ${result.toldRightHolder} told the right holder`,
    );
    await piece(
      `send race, ${mode}`,
      () => track.run((world, crew) => sendRace(world, crew, rounds)),
      (result) => `${result.rounds} rounds, ${result.stored} stored, ${result.refused} refused`,
    );
    await piece(
      `twin race, ${mode}`,
      () => track.run((world, crew) => twinRace(world, crew, rounds)),
      (result) => `${result.rounds} rounds, ${result.answers} answers`,
    );
  }
}

async function chaos(): Promise<void> {
  const kept = (
    JSON.parse(readFileSync(join(import.meta.dirname, 'seeds.json'), 'utf8')) as { chaos: number[] }
  ).chaos;
  const first = number('CHAOS_SEED', Date.now() % 1_000_000);
  const fresh = Array.from({ length: number('CHAOS_RUNS', 10) }, (_, index) => first + index);
  const duration = number('CHAOS_MS', 20_000);
  await using sources = await copySources(FAILPOINTS);
  for (const seed of [...kept, ...fresh]) {
    await piece(
      `chaos, seed ${seed}`,
      () => runChaos({ seed, duration, sources }),
      ({ ops, sends, faults }) => `${faults.length} faults, ${ops} calls, ${sends} replies`,
    );
  }
}

/** The tests of faults and scenarios, by Vitest, each of which counts. */
function tests(): void {
  const began = performance.now();
  const report = join(repository, 'test/.output/vitest.json');
  rmSync(report, { force: true });
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const projects = ['--project', 'scenarios*', '--project', 'faults*'];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...projects], {
    cwd: repository,
    stdio: 'inherit',
  });
  const counts = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  const failed = status === 0 ? 0 : Math.max(1, counts.numFailedTests);
  total.passed += counts.numPassedTests;
  total.failed += failed;
  const told = `${counts.numPassedTests} tests passed, ${failed} failed`;
  const seconds = (performance.now() - began) / 1_000;
  pieces.push({ name: 'tests of scenarios and faults', ok: failed === 0, seconds, told });
}

if (wanted('races')) await races();
if (wanted('chaos')) await chaos();
if (wanted('tests')) tests();
if (process.argv.includes('--write')) writeFileSync(join(repository, 'docs/faults.md'), page(pieces, total));
console.log(`\n${total.passed} passed, ${total.failed} failed`);
// Not by itself: the players of a seed that failed go on.
process.exit(total.failed === 0 ? 0 : 1);
