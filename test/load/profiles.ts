/** What the agents are made to do. */
import { pause } from '../tools/eventually.ts';
import type { Crew } from './crew.ts';
import type { Line, Moment } from './recording.ts';

/** What a profile is given: the agents are connected and being recorded. */
export interface Stage {
  readonly crew: Crew;
  readonly agents: number;
  readonly pace: number;
  /** How long it shall take, seconds. */
  readonly seconds: number;
  /** The newest moment, and how many there are. */
  readonly moments: readonly Moment[];
  /** Shows in the charts when something was done. */
  readonly mark: (what: string) => void;
  /** Says what came out. */
  readonly find: (what: string, value: string) => void;
}

export type Profile = (stage: Stage) => Promise<void>;

/** Each agent opens about a conversation every ten seconds; for every fourth of these a customer writes. */
const CUSTOMERS_AN_AGENT = 1 / 40;

async function team({ crew, agents, pace, seconds }: Stage): Promise<void> {
  await crew.work();
  await crew.customers(agents * CUSTOMERS_AN_AGENT * pace);
  await pause(seconds * 1_000);
}

/** Everybody must be current again by then, or the storm counts as lost, ms. */
const STORM_PATIENCE = 60_000;
const STORM_EVERY = 25_000;

/** Breaks all connections and waits until everybody is current. Answers after how many ms the last one was, or undefined. */
export async function storm({ crew, agents }: Pick<Stage, 'crew' | 'agents'>): Promise<number | undefined> {
  const began = performance.now();
  await crew.cut();
  // Something happens while they are away: without it there would be nothing to be current with.
  await crew.mark();
  for (;;) {
    const { current } = await crew.count();
    const took = performance.now() - began;
    if (current === agents) return took;
    if (took > STORM_PATIENCE) return undefined;
    await pause(50);
  }
}

async function storms(stage: Stage): Promise<void> {
  const { seconds, find } = stage;
  const end = performance.now() + seconds * 1_000;
  const quiet = Math.min(3_000, seconds * 250);
  await pause(quiet);
  let number = 0;
  do {
    number += 1;
    stage.mark('all connections cut');
    const took = await storm(stage);
    const told =
      took === undefined ? `not within ${STORM_PATIENCE / 1_000} s` : `${(took / 1_000).toFixed(1)} s`;
    find(`storm ${number}: everybody current after`, told);
    await pause(Math.min(STORM_EVERY, Math.max(0, end - performance.now())));
  } while (performance.now() < end - STORM_EVERY);
}

/** Of all agents, in a minute, at the pace of people (LD8). */
const CHURN = 0.2;
/** The memory of the first quarter is that of warming up. */
const WARM = 0.25;
/** A shorter run says nothing about hours, seconds. */
const SLOPE_FROM = 300;

async function soak(stage: Stage): Promise<void> {
  const { crew, agents, pace, seconds, moments, find } = stage;
  await crew.work();
  await crew.customers(agents * CUSTOMERS_AN_AGENT * pace);
  const end = performance.now() + seconds * 1_000;
  let owed = 0;
  while (performance.now() < end) {
    await pause(Math.min(1_000, end - performance.now()));
    owed += ((agents * CHURN) / 60) * pace;
    const now = Math.floor(owed);
    owed -= now;
    if (now > 0) await crew.churn(now);
  }
  for (const line of slopes(moments)) find(line.what, line.value);
}

/** How the memory of each server changed after it was warm, as a straight line through it. */
export function slopes(moments: readonly Moment[]): Line[] {
  const warm = moments.slice(Math.floor(moments.length * WARM));
  const servers = moments[0]?.servers.length ?? 0;
  return Array.from({ length: servers }, (_, server) => {
    const points = warm.flatMap(({ at, servers: all }) => {
      const heap = all[server]?.heap;
      return heap === undefined ? [] : [[at, heap] as const];
    });
    const { slope, middle } = lineThrough(points);
    const hourly = ((slope * 3_600) / middle) * 100;
    const long = (moments.at(-1)?.at ?? 0) >= SLOPE_FROM;
    const words = `${hourly.toFixed(1)} % an hour, of ${(middle / 2 ** 20).toFixed(0)} MiB`;
    return {
      what: `heap of server ${server + 1}, slope after the first quarter`,
      value: long ? words : 'the run is too short to say',
    };
  });
}

/** Least squares. */
function lineThrough(points: readonly (readonly [number, number])[]): { slope: number; middle: number } {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([one]) => one), mean(([, one]) => one)];
  const above = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  const below = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  return { slope: above / below, middle: y };
}

export const PROFILES = { team, storm: storms, soak } as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof PROFILES;
