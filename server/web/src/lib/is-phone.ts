/** One column at a time. The same width as in the style sheets. */
export function isPhone(): boolean {
  return matchMedia('(max-width: 720px)').matches;
}
