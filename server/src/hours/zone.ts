import { IANAZone } from 'luxon';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const zones = new Map<string, IANAZone>();

function zoneOf(name: string): IANAZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = IANAZone.create(name);
  if (zones.size < 1_000) zones.set(name, zone);
  return zone;
}

/** Whether this is a name of the time zone database. */
export function isTimeZone(name: string): boolean {
  // `+02:00` is no place: it has no summer.
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** By how many ms the clocks of a zone are ahead of UTC at a time (epoch ms). */
export function offsetAt(timeZone: string, at: number): number {
  return zoneOf(timeZone).offset(at) * 60_000;
}

/** A stretch of time, its end not included, in which the clocks of a zone are not put forward or back. */
export interface Steady {
  readonly from: number;
  readonly to: number;
  /** Ms ahead of UTC. */
  readonly offset: number;
}

/** The times from `from` to `to` (epoch ms) in stretches of one offset each, in order. */
export function* steadyTimes(timeZone: string, from: number, to: number): Generator<Steady> {
  let start = from;
  let offset = offsetAt(timeZone, from);
  for (let day = from; day < to; ) {
    const next = Math.min(day + DAY, to);
    const then = offsetAt(timeZone, next);
    if (then !== offset) {
      const change = changeBetween(timeZone, day, next, offset);
      yield { from: start, to: change, offset };
      start = change;
      offset = offsetAt(timeZone, change);
      // A second change on one day would be found from here.
      day = change;
    } else day = next;
  }
  if (start < to) yield { from: start, to, offset };
}

/** The first moment after `from` at which the clocks differ from `offset`; at `to` they do. */
function changeBetween(timeZone: string, from: number, to: number, offset: number): number {
  let [same, other] = [from, to];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(timeZone, middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}
