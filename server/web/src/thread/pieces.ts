import type { Entry } from '@latchbox/client';

type Folds = NonNullable<Extract<Entry, { kind: 'message' }>['folds']>;

/** A part of a body: shown, or folded away. */
export interface Piece {
  readonly what: 'text' | Folds[number]['what'];
  readonly text: string;
}

/** Cuts a body at its folds. Empty lines around a fold belong to nobody. */
export function piecesOf(body: string, folds: Folds | undefined): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (what: Piece['what'], text: string): void => {
    const trimmed = text.replace(/^(?:[^\S\n]*\n)+|\s+$/g, '');
    if (trimmed !== '') pieces.push({ what, text: trimmed });
  };
  let at = 0;
  for (const { from, to, what } of folds ?? []) {
    add('text', body.slice(at, from));
    add(what, body.slice(from, to));
    at = to;
  }
  add('text', body.slice(at));
  return pieces;
}
