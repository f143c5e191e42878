/** One run of a plan, from its first step until everything has come to rest and everybody has gone home. */
import { ACTS } from './acts.ts';
import { atRest, ended, isQuiet, isTypedAnywhere, meanwhile } from './invariants.ts';
import type { Office } from './office.ts';
import { makePlan, type Plan } from './plan.ts';
import { untilStill } from './rest.ts';
import { type Violation, World } from './world.ts';

/**
 * Most ms in which everybody finds back after the last fault, the last holder has been asked and has not answered, and the
 * deliveries that a dead server had claimed are another's. Mostly it takes ten seconds.
 */
const REST = 90_000;
/**
 * Most ms after the last fault until the last typist is forgotten: the twenty seconds for which the SDK believes a server whose
 * clock has just jumped, and the way there. Mostly somebody stopped typing long before.
 */
const TYPISTS = 22_000;
/**
 * Ms for which nothing is seen to be under way before it counts as rest. Presence goes round once more in them, and what no client
 * and no row shows, because it is on a wire, arrives: in the instant between the end of somebody's lock and the grant of the next
 * all is quiet, too.
 */
const STILL = 4_500;
/** Most ms in which clients and servers end. */
const END = 12_000;
/** Ms between two looks whether everything has come to rest, or to its end: what is left to wait costs as much as the steps do. */
const LOOK = 500;

export interface Outcome {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** The same for the same plan, always. */
  readonly trace: string;
  readonly lines: readonly string[];
  /** How many timers fired. */
  readonly fired: number;
  /** Number of the last step that was taken. */
  readonly lastStep: number;
}

export async function simulate(office: Office, plan: Plan): Promise<Outcome> {
  const world = new World(office, plan.seed, plan.weather);
  const unhandled = (error: unknown): void => world.violated('unhandled', describe(error));
  process.on('unhandledRejection', unhandled);
  let lastStep = 0;
  try {
    await world.time.advance(1_000);
    for (const step of plan.steps) {
      await world.time.advance(step.wait);
      const act = ACTS[step.act];
      world.tell(`${step.number}. ${act.say(step.params)}`);
      act.run(world, step.params);
      lastStep = step.number;
      meanwhile(world);
      // What is broken stays broken: the first word of it says the most.
      if (world.violations.length > 0) break;
    }
    if (world.violations.length === 0) await comeToRest(world);
  } catch (error) {
    world.violated('broken', describe(error));
  } finally {
    process.off('unhandledRejection', unhandled);
    world.end();
  }
  const { violations, trace, lines } = world;
  return { plan, violations, trace, lines, fired: world.time.fired, lastStep };
}

/** The plan of a seed, and its run. */
export async function simulateSeed(office: Office, seed: number, steps: number): Promise<Outcome> {
  return await simulate(office, makePlan(seed, steps));
}

async function comeToRest(world: World): Promise<void> {
  await world.time.advance(500);
  world.tell('everything works again');
  world.heal();
  const healed = world.time.now;
  const isStill = (): boolean => {
    // What was being stopped comes back, too.
    world.heal();
    return isQuiet(world) && (world.time.now >= healed + TYPISTS || !isTypedAnywhere(world));
  };
  await untilStill(world.time, isStill, { still: STILL, most: REST, look: LOOK });
  await atRest(world);
  if (world.violations.length > 0) return;
  world.tell('everybody goes home');
  for (const seat of world.seats) void seat.close();
  await world.time.advance(2_000);
  for (const server of world.servers) void server.stop(1_000);
  const left = world.time.now;
  // No timer, nothing that could still happen.
  while (world.time.now < left + END && world.time.pending > 0) await world.time.advance(LOOK);
  await ended(world);
}

function describe(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ')
    : String(error);
}
