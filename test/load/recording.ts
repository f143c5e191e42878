/** A run as it is recorded: one moment a second, and what came of the whole. */
import type { CrewSample } from './crew.ts';
import type { ServerGauges } from './gauges.ts';
import { Latencies, type Spread, Sum } from './meter.ts';

/** One second, or a little more where the machine was busy. */
export interface Moment extends CrewSample {
  /** Seconds since the recording began. */
  readonly at: number;
  /** How long it was, seconds. */
  readonly span: number;
  readonly servers: readonly (ServerGauges | undefined)[];
}

/** Something that was done to the whole, for the charts. */
export interface Mark {
  readonly at: number;
  readonly what: string;
}

export interface Line {
  readonly what: string;
  readonly value: string;
}

export interface Recording {
  readonly profile: string;
  readonly agents: number;
  readonly servers: number;
  readonly seed: number;
  readonly pace: number;
  readonly moments: readonly Moment[];
  readonly marks: readonly Mark[];
  /** What the profile itself found out. */
  readonly findings: readonly Line[];
}

/** The percentiles of one kind in one moment; NaN where there were none. */
export function percentilesOf(spread: Spread | undefined): { p50: number; p95: number; p99: number } {
  const latencies = new Latencies();
  latencies.merge(spread ?? []);
  return {
    p50: latencies.percentile(0.5),
    p95: latencies.percentile(0.95),
    p99: latencies.percentile(0.99),
  };
}

export function sumOf(moments: readonly Moment[]): Sum {
  const sum = new Sum();
  for (const moment of moments) sum.add(moment);
  return sum;
}

export const isError = (what: string): boolean => what.startsWith('error');

export function errorsOf(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((sum, [what, count]) => sum + (isError(what) ? count : 0), 0);
}

/** Everything that an agent or a customer did, of one moment. */
export function actsOf({ latencies }: Pick<Moment, 'latencies'>): number {
  const acts = ['open', 'acquire', 'reply', 'note', 'customer’s message'];
  const count = (spread: Spread = []) => spread.reduce((sum, [, one]) => sum + one, 0);
  return acts.reduce((sum, kind) => sum + count(latencies[kind]), 0);
}
