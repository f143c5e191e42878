/** Reads the sample session of `docs/protocol.md`: lines to send, lines to expect, names that get their value on the way. */

export type Step =
  | { readonly do: 'send'; readonly text: string }
  | { readonly do: 'receive'; readonly prefix: string; readonly pattern: unknown }
  | { readonly do: 'event'; readonly type: string; readonly pattern: unknown };

const REST = '…';

export function readSession(page: string): Step[] {
  const block = /```session\n([\s\S]*?)```/.exec(page)?.[1];
  if (block === undefined) throw new Error('the page has no session block');
  return block
    .trim()
    .split('\n')
    .map((line) => {
      if (line.startsWith('→ ')) return { do: 'send', text: line.slice(2) } as const;
      const event = /^← event ([a-z.]+) (.*)$/.exec(line);
      if (event !== null)
        return { do: 'event', type: event[1] ?? '', pattern: parsePattern(event[2] ?? '') } as const;
      const frame = /^← (\d+)([[{].*)$/.exec(line);
      if (frame === null) throw new Error(`not a line of a session: ${line}`);
      return { do: 'receive', prefix: frame[1] ?? '', pattern: parsePattern(frame[2] ?? '') } as const;
    });
}

function parsePattern(text: string): unknown {
  const json = text
    .replaceAll(`,${REST}}`, `,"${REST}":true}`)
    .replaceAll(`{${REST}}`, `{"${REST}":true}`)
    .replaceAll(`,${REST}]`, `,"${REST}"]`)
    .replace(/:(\$[A-Z]+)/g, ':"$1"');
  return JSON.parse(json);
}

/** Puts the values into the names of a line that is sent. */
export function fill(text: string, values: ReadonlyMap<string, unknown>): string {
  return text.replace(/\$([A-Z]+)/g, (_whole, name: string) => {
    if (!values.has(name)) throw new Error(`$${name} has no value yet`);
    return String(values.get(name));
  });
}

/** Holds `actual` against a pattern; names without a value get theirs. Throws an `Error` that says where they differ. */
export function expectPattern(
  pattern: unknown,
  actual: unknown,
  values: Map<string, unknown>,
  path = '',
): void {
  const differ = (): never => {
    throw new Error(
      `at ${path || 'the top'}: expected ${JSON.stringify(pattern)}, got ${JSON.stringify(actual)}`,
    );
  };
  if (typeof pattern === 'string' && /^\$[A-Z]+$/.test(pattern)) {
    const name = pattern.slice(1);
    if (values.has(name)) return values.get(name) === actual ? undefined : differ();
    if (actual === undefined) differ();
    values.set(name, actual);
    return;
  }
  if (Array.isArray(pattern)) {
    const parts = pattern.filter((part) => part !== REST);
    if (!Array.isArray(actual) || (parts.length === pattern.length && actual.length !== parts.length))
      return differ();
    for (const [at, part] of parts.entries()) expectPattern(part, actual[at], values, `${path}[${at}]`);
    return;
  }
  if (typeof pattern === 'object' && pattern !== null) {
    if (typeof actual !== 'object' || actual === null) return differ();
    const { [REST]: open, ...members } = pattern as Record<string, unknown>;
    const given = actual as Record<string, unknown>;
    for (const [key, part] of Object.entries(members))
      expectPattern(part, given[key], values, `${path}.${key}`);
    if (open === undefined && Object.keys(given).length !== Object.keys(members).length) differ();
    return;
  }
  if (pattern !== actual) differ();
}
