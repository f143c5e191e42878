type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields that a change has changed, as they were and as they are: for the audit. Times of an inbox are fields of their own. */
export function changes(
  before: object,
  after: object,
): { readonly before: Record<string, unknown>; readonly after: Record<string, unknown> } {
  const changed = { before: {} as Record<string, unknown>, after: {} as Record<string, unknown> };
  const old = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(after)) {
    const was: unknown = old.get(name) ?? null;
    if (JSON.stringify(was) === JSON.stringify(value)) continue;
    const parts = isFields(was) && isFields(value) ? changes(was, value) : { before: was, after: value };
    changed.before[name] = parts.before;
    changed.after[name] = parts.after;
  }
  return changed;
}
