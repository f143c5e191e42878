/** Pictures that stand in a text where somebody put them: `![the torn page](cid:att_…)`, as a mail that leaves shows them. */
import type { Attachment } from '@latchbox/client';

const PICTURE = /!\[([^\]\n]{0,200})\]\(cid:([A-Za-z0-9_-]{1,64})\)/g;

/** What stands for a picture in a text: short, because its letters are seen while it is written. */
export function pictureMark({ id, name }: Pick<Attachment, 'id' | 'name'>): string {
  // Brackets would end the name.
  return `![${shortened(name.replace(/[[\]\n]/g, ' '))}](cid:${id})`;
}

const shortened = (name: string): string => {
  const letters = Array.from(name);
  return letters.length <= 32 ? name : `${letters.slice(0, 20).join('')}…${letters.slice(-10).join('')}`;
};

/** Where a picture stands in a text. */
export interface PictureMark {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export function marksOf(text: string): readonly PictureMark[] {
  return [...text.matchAll(PICTURE)].map(({ 0: mark, 1: name = '', 2: id = '', index }) => ({
    id,
    name,
    start: index,
    end: index + mark.length,
  }));
}

/** What is chosen of a text, or with both the same, where the caret is. */
export interface Selected {
  readonly start: number;
  readonly end: number;
}

/**
 * What is chosen, with each mark whole or not at all: nobody changes one letter of it. A caret that comes into a mark chooses it, as
 * a press on it does; an end that comes to it from one side goes over it. `before`: what was chosen last.
 */
export function wholeMarks(
  marks: readonly PictureMark[],
  { start, end }: Selected,
  before: Selected,
): Selected {
  const inside = (at: number) => marks.find((mark) => mark.start < at && at < mark.end);
  const first = inside(start);
  const last = inside(end);
  if (start === end) return first ?? { start, end };
  return {
    start:
      first === undefined
        ? start
        : before.start <= first.start && start !== before.start
          ? first.end
          : first.start,
    end: last === undefined ? end : before.end >= last.end && end !== before.end ? last.start : last.end,
  };
}

/** The text without a picture, and without the line that only held it. */
export function withoutPicture(text: string, id: string): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const left = line.replace(PICTURE, (mark, _name, of) => (of === id ? '' : mark));
      return left.trim() === '' && left !== line ? [] : [left];
    })
    .join('\n');
}

/** A part of a text: words, or one of its pictures. */
export type TextPart =
  | { readonly what: 'words'; readonly text: string }
  | { readonly what: 'picture'; readonly picture: Attachment };

/** Cuts a text at its pictures. What names none of these files is words. */
export function partsOf(text: string, files: readonly Attachment[]): readonly TextPart[] {
  const parts: TextPart[] = [];
  const words = (piece: string): void => {
    if (piece !== '') parts.push({ what: 'words', text: piece });
  };
  let at = 0;
  for (const { id, start, end } of marksOf(text)) {
    const picture = files.find((file) => file.id === id);
    if (picture === undefined) continue;
    words(text.slice(at, start));
    parts.push({ what: 'picture', picture });
    at = end;
  }
  words(text.slice(at));
  return parts;
}

/** Those of the files that do not stand in the text. */
export function besidesText(text: string, files: readonly Attachment[] | undefined): readonly Attachment[] {
  const shown = new Set(marksOf(text).map(({ id }) => id));
  return (files ?? []).filter(({ id }) => !shown.has(id));
}
