/** Pictures that stand in a text where somebody put them: `![the torn page](cid:att_…)`, as a mail that leaves shows them. */
import type { Attachment } from '@latchbox/client';

const PICTURE = /!\[([^\]\n]{0,200})\]\(cid:([A-Za-z0-9_-]{1,64})\)/g;

/** What stands for a picture in a text. */
export function pictureMark({ id, name }: Pick<Attachment, 'id' | 'name'>): string {
  // Brackets would end the name.
  return `![${name.replace(/[[\]\n]/g, ' ').slice(0, 200)}](cid:${id})`;
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
  for (const { 0: mark, 2: id, index } of text.matchAll(PICTURE)) {
    const picture = files.find((file) => file.id === id);
    if (picture === undefined) continue;
    words(text.slice(at, index));
    parts.push({ what: 'picture', picture });
    at = index + mark.length;
  }
  words(text.slice(at));
  return parts;
}

/** Those of the files that do not stand in the text. */
export function besidesText(text: string, files: readonly Attachment[] | undefined): readonly Attachment[] {
  const shown = new Set([...text.matchAll(PICTURE)].map(([, , id]) => id));
  return (files ?? []).filter(({ id }) => !shown.has(id));
}
