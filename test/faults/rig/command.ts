/** `npm run faults -- --seconds N --seed S [--only N6,N8]`: runs of the fault rig from the command line. */

import { parseArgs } from 'node:util';
import { RIG_PATCHES } from '../../tools/failpoints.ts';
import { copySources } from '../../tools/source-copy.ts';
import { chosen, playFaults, type Summary } from './play.ts';

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

interface Asked {
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly only: readonly string[];
  readonly every: number;
  readonly pace: number;
}

/** True when the arguments ask for the rig. */
export function asksForRig(args: readonly string[]): boolean {
  return args.some((arg) => /^--(seconds|seed|only|profile|every|pace)(=|$)/.test(arg));
}

function read(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      only: { type: 'string', default: '' },
      every: { type: 'string' },
      pace: { type: 'string', default: '300' },
    },
  });
  const only = values.only.split(',').filter((name) => name !== '');
  const number = (text: string, name: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} wants a number, not ${text}`);
    return value;
  };
  const every = values.every ?? (only.length === 0 ? '10' : '3');
  return {
    seconds: number(values.seconds, 'seconds'),
    seeds: (values.seed ?? String(Date.now() % 1_000_000)).split(',').map((seed) => number(seed, 'seed')),
    only,
    every: number(every, 'every') * 1_000,
    pace: number(values.pace, 'pace'),
  };
}

function join(summaries: readonly Summary[]): object {
  const [first] = summaries;
  if (summaries.length === 1 && first !== undefined) return first;
  const faults: Record<string, number> = {};
  for (const summary of summaries)
    for (const [name, count] of Object.entries(summary.faults)) faults[name] = (faults[name] ?? 0) + count;
  return {
    seed: summaries.map(({ seed }) => seed),
    seconds: summaries.reduce((sum, { seconds }) => sum + seconds, 0),
    operations: summaries.reduce((sum, { operations }) => sum + operations, 0),
    faults,
    violations: summaries.flatMap(({ seed, violations }) =>
      violations.map((violation) => ({ seed, ...violation })),
    ),
  };
}

/** Runs what the arguments ask for, prints the summary as the last line, and answers the exit code. */
export async function runRig(args: readonly string[]): Promise<number> {
  let asked: Asked;
  try {
    asked = read(args);
    chosen(asked.only);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return 2;
  }
  await using sources = await copySources(RIG_PATCHES);
  const { seeds, ...rest } = asked;
  const summaries: Summary[] = [];
  for (const seed of seeds) {
    const summary = await playFaults({ ...rest, seed, sources: sources.top, warmUp: 5_000, tell });
    for (const { invariant, story } of summary.violations) tell(`VIOLATION ${invariant}: ${story}`);
    summaries.push(summary);
  }
  console.log(JSON.stringify(join(summaries)));
  return summaries.every(({ violations }) => violations.length === 0) ? 0 : 1;
}
