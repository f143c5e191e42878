/** An act in words, made of its name: `inbox.member_put.refused` → "was refused: inbox, member put". */
export function actWords(action: string): string {
  const parts = action.split('.');
  const refused = parts.at(-1) === 'refused';
  const words = (refused ? parts.slice(0, -1) : parts).map((part) => part.replaceAll('_', ' ')).join(', ');
  return refused ? `was refused: ${words}` : words;
}

export interface DetailWords {
  readonly name: string;
  /** Left out: there was nothing before. */
  readonly was?: string | undefined;
  readonly is: string;
}

/** What an act was about: of changes what it was before and is after, of the rest what it is. */
export function detailWords({ before, after, ...rest }: Readonly<Record<string, unknown>>): DetailWords[] {
  const [was, is] = [fields(before), fields(after)];
  const changed = Object.keys({ ...was, ...is }).map((name) => ({
    name,
    was: words(was[name] ?? null),
    is: words(is[name] ?? null),
  }));
  const others = Object.entries(rest)
    // That no password was given says nothing.
    .filter(([, value]) => value !== false && value !== null)
    .map(([name, value]) => ({ name, is: words(value) }));
  return [...changed, ...others];
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
