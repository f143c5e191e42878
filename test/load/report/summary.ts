/** A recording in a few lines of text. */
import { errorsOf, isError, percentilesOf, type Recording, sumOf } from '../recording.ts';

export interface LatencyRow {
  readonly kind: string;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What was measured, the commonest first. */
export function latencyRows({ moments }: Recording): LatencyRow[] {
  const { latencies } = sumOf(moments);
  return [...latencies]
    .map(([kind, one]) => ({ kind, count: one.count, ...percentilesOf(one.spread()) }))
    .toSorted((a, b) => b.count - a.count);
}

/** What was counted: the errors last. */
export function countRows({ moments }: Recording): (readonly [what: string, count: number])[] {
  const { counts } = sumOf(moments);
  return [...counts].toSorted(([a], [b]) => Number(isError(a)) - Number(isError(b)) || a.localeCompare(b));
}

export function errorCount({ moments }: Recording): number {
  return errorsOf(Object.fromEntries(sumOf(moments).counts));
}

export const inMs = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export function summary(recording: Recording): string {
  const latencies = latencyRows(recording).map(
    ({ kind, count, p50, p95, p99 }) =>
      `  ${kind.padEnd(22)} ${String(count).padStart(9)}   p50 ${inMs(p50)}   p95 ${inMs(p95)}   p99 ${inMs(p99)} ms`,
  );
  const counts = countRows(recording).map(
    ([what, count]) => `  ${what.padEnd(42)} ${count.toLocaleString('en')}`,
  );
  return [
    `\n${recording.profile}: ${recording.agents} agents, ${recording.servers} server(s), ${errorCount(recording)} errors`,
    ...recording.findings.map(({ what, value }) => `  ${what}: ${value}`),
    'Latencies',
    ...latencies,
    'Counts',
    ...counts,
  ].join('\n');
}
