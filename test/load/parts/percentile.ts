/** The value below which this part (0 to 1) of the values lies, rounded; 0 of nothing. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1);
  return Math.round(sorted[Math.max(0, at)] ?? 0);
}
