/** `--row` of the tokens, in rem. */
const ROW = 4.75;

/** Height of a row in px, for whatever size of text the browser is set to. */
export function rowHeight(): number {
  return Math.round(ROW * Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 100) / 100;
}
