/** `npm run faults -- --seconds N --seed S [--only N6,N8] [--profile pr] [--write]`: runs of the fault rig from the command line. */

import { parseArgs } from 'node:util';
import { RIG_PATCHES } from '../../tools/failpoints.ts';
import { copySources } from '../../tools/source-copy.ts';
import { chosen } from './break.ts';
import { playFaults, type PlayOptions, type Summary } from './play.ts';
import { recordRuns } from './record.ts';
import { LIMIT, PLAN, PLAN_SECONDS, scaledDown, SEEDS } from './profile.ts';

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

type Piece = Omit<PlayOptions, 'sources' | 'warmUp' | 'tell'>;

/** True when the arguments ask for the rig. */
export function asksForRig(args: readonly string[]): boolean {
  return args.some((arg) => /^--(seconds|seed|only|profile|every|pace)(=|$)/.test(arg));
}

/** The runs that the arguments ask for. Throws in words for whoever typed them. */
function read(args: readonly string[]): Piece[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
      every: { type: 'string' },
      pace: { type: 'string', default: '300' },
      // Looked for by `runRig`.
      write: { type: 'boolean' },
    },
  });
  const only = values.only.split(',').filter((name) => name !== '');
  chosen(only);
  const number = (text: string, name: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} wants a number, not ${text}`);
    return value;
  };
  const fresh = (): number[] => (isProfile ? [...SEEDS] : [Date.now() % 1_000_000]);
  const isProfile = values.profile === 'pr';
  const seeds = values.seed?.split(',').map((seed) => number(seed, 'seed')) ?? fresh();
  const pace = number(values.pace, 'pace');
  if (isProfile) {
    for (const line of scaledDown()) tell(line);
    tell(`seeds ${seeds.join(', ')}`);
    return seeds.map((seed) => ({ seed, seconds: PLAN_SECONDS, only: [], plan: PLAN, every: 300, pace }));
  }
  if (values.profile !== undefined) throw new Error(`There is no profile ${values.profile}, only pr.`);
  // The mix as Jepsen has it; where few nemeses are asked for they may come more often.
  const every = number(values.every ?? (only.length === 0 ? '10' : '3'), 'every') * 1_000;
  const seconds = number(values.seconds, 'seconds');
  return seeds.map((seed) => ({ seed, seconds, only, every, pace }));
}

/** What a plan wanted and time did not allow, on a machine that was busy with other things. */
function missed({ plan = {} }: Piece, { faults }: Summary): string[] {
  return Object.entries(plan).flatMap(([name, wanted]) =>
    (faults[name] ?? 0) < wanted
      ? [`  out of time: ${name} came ${faults[name] ?? 0} times of ${wanted}`]
      : [],
  );
}

/** The invariants that promise a time. A machine that does something else as well breaks them, too. */
const TIMES = new Set(['I30', 'I31', 'I32']);

/** Whether all that was found is that something took too long. What is lost, doubled or shown to the wrong one is never a matter of time. */
export function wasOnlyLate({ violations }: Pick<Summary, 'violations'>): boolean {
  return violations.length > 0 && violations.every(({ invariant }) => TIMES.has(invariant));
}

/** Several runs as one. */
function join(summaries: readonly Summary[]): object {
  const [first] = summaries;
  if (summaries.length === 1 && first !== undefined) return first;
  const faults: Record<string, number> = {};
  for (const summary of summaries)
    for (const [name, count] of Object.entries(summary.faults)) faults[name] = (faults[name] ?? 0) + count;
  return {
    seed: first?.seed,
    seeds: [...new Set(summaries.map(({ seed }) => seed))],
    seconds: summaries.reduce((sum, { seconds }) => sum + seconds, 0),
    operations: summaries.reduce((sum, { operations }) => sum + operations, 0),
    faults,
    violations: summaries.flatMap(({ seed, violations }) =>
      violations.map((violation) => ({ ...violation, seed })),
    ),
  };
}

/** Ends everything when a profile takes longer than it may: what hangs is a failure with a name. */
function limit(pieces: readonly Piece[]): void {
  if (pieces.every(({ plan }) => plan === undefined)) return;
  setTimeout(() => {
    tell(`FAILED: the fault run was not over after ${LIMIT / 60_000} minutes`);
    console.log(JSON.stringify({ seeds: pieces.map(({ seed }) => seed), failed: 'not over in time' }));
    process.exit(1);
  }, LIMIT).unref();
}

/** Runs what the arguments ask for, prints the summary as the last line, and answers the exit code. */
export async function runRig(args: readonly string[]): Promise<number> {
  let pieces: Piece[];
  try {
    pieces = read(args);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return 2;
  }
  limit(pieces);
  await using sources = await copySources(RIG_PATCHES);
  const play = async (piece: Piece): Promise<Summary> => {
    const summary = await playFaults({ ...piece, sources: sources.top, warmUp: 5_000, tell });
    for (const { invariant, story } of summary.violations) tell(`VIOLATION ${invariant}: ${story}`);
    for (const line of missed(piece, summary)) tell(line);
    return summary;
  };
  const summaries: Summary[] = [];
  for (const piece of pieces) {
    const summary = await play(piece);
    if (piece.plan === undefined || !wasOnlyLate(summary)) summaries.push(summary);
    else {
      tell(`seed ${piece.seed} was late and nothing else: it is played again, and counts as it ends then`);
      summaries.push(await play(piece));
    }
  }
  if (args.includes('--write')) recordRuns(args.filter((arg) => arg !== '--write').join(' '), summaries);
  console.log(JSON.stringify(join(summaries)));
  return summaries.every(({ violations }) => violations.length === 0) ? 0 : 1;
}
