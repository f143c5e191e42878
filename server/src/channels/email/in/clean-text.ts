/** Makes texts of foreign hands fit to be stored and shown. */

// What the contract refuses in a body (and Postgres in any text): C0 controls other than tab and line feed.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Line ends as line feeds, no control characters, no half characters. Spaces at the ends of lines stay: `-- ` is a mark. */
export function cleanText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(CONTROLS, '').toWellFormed();
}

/** One line of at most `longest` UTF-16 units, white space folded. */
export function cleanLine(text: string, longest: number): string {
  const line = cleanText(text)
    .replaceAll(/[\s\u0085]+/g, ' ')
    .trim();
  if (line.length <= longest) return line;
  const cut = line.slice(0, longest - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

const encoder = new TextEncoder();

/** The start of a text that fits into `most` bytes of UTF-8; no character is cut in two. */
export function cutToBytes(text: string, most: number): { readonly text: string; readonly cut: boolean } {
  // A UTF-16 unit never takes more than three bytes.
  if (text.length * 3 <= most) return { text, cut: false };
  const { read } = encoder.encodeInto(text, new Uint8Array(most));
  return read === text.length ? { text, cut: false } : { text: text.slice(0, read), cut: true };
}
