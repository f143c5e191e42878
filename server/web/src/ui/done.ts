/** Something that was just done. */
export interface Done {
  /** Counts up: the same words again are another toast. */
  readonly id: number;
  readonly words: string;
  /** For how long (ms) it is shown; undefined: as long as others. */
  readonly within: number | undefined;
  /** What the button of the toast does. */
  readonly act: { readonly words: string; readonly run: () => void } | undefined;
}
