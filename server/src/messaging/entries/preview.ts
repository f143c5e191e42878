import { PICTURE_MARK, pictureWord } from '../../lib/picture-marks.ts';

const LONGEST = 160;

/** The start of a text as one line for a list: white space folded, at most 160 UTF-16 units, no character cut in two. */
export function previewOf(body: string): string {
  // Only so much of a long text is looked at as can matter, or folding 64 KiB would be the dearest part of a send.
  const start = body.slice(0, 1_000);
  // Most texts have no picture in them.
  const words = start.includes('](cid:')
    ? start.replace(PICTURE_MARK, (_, name: string) => pictureWord(name))
    : start;
  const line = words.replace(/\s+/gu, ' ').trim();
  if (line.length <= LONGEST) return line.toWellFormed();
  const cut = line.slice(0, LONGEST - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
