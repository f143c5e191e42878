import { type KeyboardEvent, type SyntheticEvent, useRef } from 'react';
import { type PictureMark, type Selected, wholeMarks } from '../files/in-text.ts';

/** Makes the mark of a picture behave as one letter in its field: chosen by a press, deleted by one key. */
export function useWholeMarks(marks: readonly PictureMark[]) {
  const before = useRef<Selected>({ start: 0, end: 0 });
  return {
    onSelect: ({ currentTarget: field }: SyntheticEvent<HTMLTextAreaElement>): void => {
      const now = selectedIn(field);
      const next = wholeMarks(marks, now, before.current);
      before.current = next;
      if (next.start !== now.start || next.end !== now.end)
        field.setSelectionRange(next.start, next.end, field.selectionDirection);
    },
    /** Chooses what the key is about to delete, so that the browser can bring it back. */
    onKeyDown: ({ key, nativeEvent, currentTarget: field }: KeyboardEvent<HTMLTextAreaElement>): void => {
      const { start, end } = selectedIn(field);
      if (start !== end || nativeEvent.isComposing) return;
      const beside = marks.find(
        (mark) => (key === 'Backspace' && mark.end === start) || (key === 'Delete' && mark.start === start),
      );
      if (beside !== undefined) field.setSelectionRange(beside.start, beside.end);
    },
  };
}

const selectedIn = ({ selectionStart, selectionEnd }: HTMLTextAreaElement): Selected => ({
  start: selectionStart,
  end: selectionEnd,
});
