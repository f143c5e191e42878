/** A benchmark: Latchbox beside a bare baseline, measured in turns in one run. */

export interface Measured {
  /** Median figures, in `unit`. */
  readonly ours: number;
  readonly bare: number;
  readonly unit: string;
}

export interface BenchCase {
  readonly name: string;
  /** What the baseline does, in words. */
  readonly baseline: string;
  /** The ratio ours / bare that is promised. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number };
  measure(): Promise<Measured>;
}

export interface BenchResult extends Measured {
  readonly name: string;
  readonly baseline: string;
  readonly ratio: number;
  readonly target: string;
  readonly ok: boolean;
}

/** Runs a case and holds its ratio against its target. */
export async function runCase(one: BenchCase): Promise<BenchResult> {
  const measured = await one.measure();
  const ratio = measured.ours / measured.bare;
  const [ok, target] =
    'atMost' in one.target
      ? [ratio <= one.target.atMost, `≤ ${one.target.atMost}`]
      : [ratio >= one.target.atLeast, `≥ ${one.target.atLeast}`];
  return { name: one.name, baseline: one.baseline, ...measured, ratio, target, ok };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Times two ways of doing the same thing in turns, so that a machine that slows down slows both: after a warm-up, `rounds`
 * times `each` calls of one and then of the other. Answers both medians, in µs a call.
 */
export async function sideBySide(
  ours: (call: number) => Promise<unknown>,
  bare: (call: number) => unknown,
  { rounds = 60, each = 15 }: { rounds?: number; each?: number } = {},
): Promise<{ ours: number; bare: number }> {
  const times = { ours: [] as number[], bare: [] as number[] };
  let call = 0;
  const warm = Math.ceil(rounds / 5);
  for (let round = 0; round <= rounds + warm; round += 1) {
    for (const [name, work] of [
      ['ours', ours],
      ['bare', bare],
    ] as const) {
      for (let at = 0; at < each; at += 1) {
        call += 1;
        const began = performance.now();
        await work(call);
        // The first rounds warm caches and compilers up.
        if (round > warm) times[name].push((performance.now() - began) * 1_000);
      }
    }
  }
  return { ours: median(times.ours), bare: median(times.bare) };
}
