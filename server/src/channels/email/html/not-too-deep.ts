/** Elements that hold nothing, or whose end is told by what follows: leaving that out makes nothing deeper. */
const FLAT = new Set(
  `area base br col embed hr img input link meta param source track wbr
   p li dt dd tr td th tbody thead tfoot colgroup caption option optgroup rp rt`.split(/\s+/),
);

/** Far beyond what any program writes. */
const DEEPEST = 1_000;

/**
 * The HTML up to where elements begin to stand deeper in each other than any program writes; else all of it. Parsers take time and stack by
 * the depth, and a mail of nothing but beginnings is sent for that.
 */
export function notTooDeep(html: string): string {
  let depth = 0;
  for (const { index, 1: slash, 2: name = '' } of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (FLAT.has(name.toLowerCase())) continue;
    depth = slash === '/' ? Math.max(0, depth - 1) : depth + 1;
    if (depth > DEEPEST) return html.slice(0, index);
  }
  return html;
}
