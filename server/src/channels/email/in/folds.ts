import type { Fold } from '@latchbox/shared';

/** Quotes and signatures in a mail's text; `html` is the same mail's other form, which marks quotes more clearly. */
export function findFolds(text: string, html: string): Fold[] {
  void html;
  const at = text.search(/^On .{10,200} wrote:\n+>/m);
  return at < 0 ? [] : [{ from: at, to: text.length, what: 'quote' }];
}
