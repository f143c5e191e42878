/** Out of office (M9): when it answers. Pure: no clock of its own, no database. */
import type { OfficeHours, OutOfOfficeMode } from '@latchbox/shared/model/hours';
import { type Interval, isOpen, lastChange, nextChange, openTimes } from './schedule.ts';

/** What decides whether somebody is away. */
export interface Presence {
  readonly hours: OfficeHours | null;
  readonly when: OutOfOfficeMode;
  /** When hours or mode were last changed (epoch ms). */
  readonly changedAt: number;
  /** When the absence began that was under way at that change and went on with it; null: there was none. */
  readonly continuesFrom: number | null;
}

/** One uninterrupted time in which it answers. Nobody is answered twice in it. */
export interface Absence {
  readonly since: number;
  /** Null: nobody knows. */
  readonly until: number | null;
}

/** The absence that a time (epoch ms, not before `changedAt`) is in; undefined: somebody is there. */
export function absenceAt(presence: Presence, at: number): Absence | undefined {
  const absence = byRule(presence, at);
  if (absence === undefined) return undefined;
  const { changedAt, continuesFrom } = presence;
  // What was under way when the settings were changed began with them, or goes on with what they were before.
  const since = absence.since <= changedAt ? (continuesFrom ?? changedAt) : absence.since;
  return { ...absence, since };
}

function byRule({ hours, when }: Pick<Presence, 'hours' | 'when'>, at: number): Absence | undefined {
  switch (when.mode) {
    case 'off':
      return undefined;
    case 'on': {
      const { from, until } = when;
      if ((from !== null && at < from) || (until !== null && at >= until)) return undefined;
      return { since: from ?? -Infinity, until };
    }
    case 'auto':
      if (hours === null || isOpen(hours, at)) return undefined;
      return { since: lastChange(hours, at) ?? -Infinity, until: nextChange(hours, at) ?? null };
  }
}

/** The same person or inbox under other settings, from now (epoch ms) on. */
export function changed(
  before: Presence | undefined,
  after: Pick<Presence, 'hours' | 'when'>,
  now: number,
): Presence {
  const goesOn = byRule(after, now) !== undefined;
  const running = before === undefined || !goesOn ? undefined : absenceAt(before, now);
  return { ...after, changedAt: now, continuesFrom: running?.since ?? null };
}

/** When it would answer between two times, in order. */
export function answeringTimes(
  { hours, when }: Pick<Presence, 'hours' | 'when'>,
  { from, to }: Interval,
): Interval[] {
  switch (when.mode) {
    case 'off':
      return [];
    case 'on': {
      const clipped = { from: Math.max(from, when.from ?? from), to: Math.min(to, when.until ?? to) };
      return clipped.from < clipped.to ? [clipped] : [];
    }
    case 'auto':
      return hours === null ? [] : between(openTimes(hours, from, to), { from, to });
  }
}

/** What lies between intervals that are in order. */
function between(intervals: readonly Interval[], { from, to }: Interval): Interval[] {
  const starts = [from, ...intervals.map((one) => one.to)];
  const ends = [...intervals.map((one) => one.from), to];
  return starts.flatMap((start, at) => {
    const end = ends[at] ?? to;
    return start < end ? [{ from: start, to: end }] : [];
  });
}

/** When somebody is there again after an absence; undefined: nobody knows. */
export function backAt({ hours }: Pick<Presence, 'hours'>, { until }: Absence): number | undefined {
  if (until === null) return undefined;
  return hours === null || isOpen(hours, until) ? until : nextChange(hours, until);
}
