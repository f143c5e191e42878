import type { Attachment } from '@latchbox/client';
import { type RefObject, useEffect } from 'react';
import { useClient } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';
import { marksOf, type PictureMark, pictureMark, withoutPicture } from './in-text.ts';
import type { Tray } from './tray.ts';

/** A text that pictures can stand in. */
export interface PictureText {
  readonly marks: readonly PictureMark[];
  /** Where the caret is. */
  place(picture: Attachment): void;
  /** Chooses its mark; pressed again, the next one of the same picture. */
  show(id: string): void;
  /** Out of the text, everywhere. Answers the way back. */
  remove(id: string): () => void;
}

interface Written {
  /** What stands there now. */
  readonly body: () => string;
  readonly write: (body: string) => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

export function pictureText({ body, write, field }: Written): PictureText {
  const choose = (start: number, end: number): void => {
    field.current?.focus();
    field.current?.setSelectionRange(start, end);
  };
  return {
    marks: marksOf(body()),
    place(picture) {
      const text = body();
      const at = field.current?.selectionStart ?? text.length;
      const mark = pictureMark(picture);
      write(text.slice(0, at) + mark + text.slice(at));
      // After the text has come into the field.
      requestAnimationFrame(() => choose(at + mark.length, at + mark.length));
    },
    show(id) {
      const marks = marksOf(body()).filter((mark) => mark.id === id);
      const after = marks.find(({ start }) => start > (field.current?.selectionStart ?? 0));
      const mark = after ?? marks[0];
      if (mark !== undefined) choose(mark.start, mark.end);
    },
    remove(id) {
      const before = body();
      const after = withoutPicture(before, id);
      if (after === before) return () => {};
      write(after);
      return () => {
        // What was written meanwhile stays as it is; then the picture goes along beside it.
        if (body() === after) write(before);
      };
    },
  };
}

/** Keeps the files beside a text in step with its pictures: after the page was loaded again only their marks are left. */
export function useAdopted(tray: Tray, text: PictureText | undefined): void {
  const client = useClient();
  const files = useReadable(tray);
  const named = text?.marks.map(({ id }) => id).join(' ');
  useEffect(() => {
    if (text === undefined) return;
    // Its mark is all that is known of it.
    for (const { id, name } of text.marks)
      tray.adopt({ id, name, type: 'image/png', size: 0 }, (signal) => client.fileLink(id, { signal }));
    const gone = files.filter(
      ({ key, state }) =>
        state === 'failed' && key.startsWith('att_') && !text.marks.some(({ id }) => id === key),
    );
    for (const { key } of gone) tray.remove(key);
    // The marks are others with every letter; what they name is not.
  }, [named, tray, files, client]);
}
