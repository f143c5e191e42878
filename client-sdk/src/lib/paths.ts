/** A path whose variable parts are escaped. */
export function at(texts: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return String.raw(texts, ...parts.map(encodeURIComponent));
}

/** The query of an address, with what is given; empty where that is nothing. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${encodeURIComponent(value)}`,
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}
