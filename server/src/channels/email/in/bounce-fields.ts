/** The longest value that is looked at. */
const LONGEST = 2_000;

/** The first value of each field of a block of headers, names in lower case, folded lines put together. */
export function foldedFields(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (!fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value.trim().slice(0, LONGEST));
  }
  return fields;
}
