/** What somebody else said, as people read it: one line, without control characters, at most so long. */
export function oneLine(said: string, most: number): string {
  const line = said.replace(new RegExp('[\\u0000-\\u001f\\u007f-\\u009f]+', 'g'), ' ').trim();
  return line.slice(0, most).toWellFormed();
}
