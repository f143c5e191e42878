/** A load case: one or several figures of one run, beside a bare baseline of the same run where there is one. */

export interface LoadFigure {
  readonly name: string;
  readonly ours: number;
  /** Null where nothing bare does the like. */
  readonly bare: number | null;
  readonly unit: string;
  /** Of the figure itself, or of its ratio to the bare one. Null: told for what it is worth. */
  readonly target:
    | { readonly atMost: number }
    | { readonly atLeast: number }
    | { readonly ratioAtMost: number }
    | null;
  readonly baseline: string;
}

/** `full`: what RELIABILITY names, where a case need not be shortened to fit into three minutes; `small`: whether it runs at all. */
export type Size = 'full' | 'small';

export interface LoadCase {
  /** As in RELIABILITY: LD1 … */
  readonly id: string;
  readonly what: string;
  run(size: Size): Promise<LoadFigure[]>;
}

export interface LoadResult {
  readonly id: string;
  readonly name: string;
  readonly ours: number;
  readonly bare: number | null;
  readonly ratio: number | null;
  readonly unit: string;
  readonly target: string;
  readonly ok: boolean;
  readonly baseline: string;
}

/** Holds a figure against its target. */
export function judge(id: string, figure: LoadFigure): LoadResult {
  const { target, name, ours, bare, unit, baseline } = figure;
  const ratio = bare === null || bare === 0 ? null : ours / bare;
  const told = { id, name, ours, bare, ratio, unit, baseline };
  if (target === null) return { ...told, target: '', ok: true };
  if ('atMost' in target) return { ...told, target: `≤ ${target.atMost} ${unit}`, ok: ours <= target.atMost };
  if ('atLeast' in target)
    return { ...told, target: `≥ ${target.atLeast} ${unit}`, ok: ours >= target.atLeast };
  const { ratioAtMost } = target;
  return { ...told, target: `ratio ≤ ${ratioAtMost}`, ok: ratio !== null && ratio <= ratioAtMost };
}
