/** Something that was just done. */
export interface Done {
  /** Counts up: the same words again are another toast. */
  readonly id: number;
  readonly words: string;
  readonly undo: (() => void) | undefined;
}
