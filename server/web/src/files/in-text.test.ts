import type { Attachment } from '@latchbox/client';
import { expect, test } from 'vitest';
import { besidesText, marksOf, partsOf, pictureMark, wholeMarks, withoutPicture } from './in-text.ts';

const file = (id: string, name = `${id}.png`): Attachment => ({ id, name, type: 'image/png', size: 4 });

test('a text is cut at its pictures, and what names none of the files stays words', () => {
  const text = `Here: ${pictureMark(file('att_1'))}\nand ![no](cid:att_9)`;
  expect(partsOf(text, [file('att_1')])).toEqual([
    { what: 'words', text: 'Here: ' },
    { what: 'picture', picture: file('att_1') },
    { what: 'words', text: '\nand ![no](cid:att_9)' },
  ]);
  expect(partsOf('', [file('att_1')])).toEqual([]);
});

test('a name cannot end its mark', () => {
  const odd = file('att_1', 'page](cid:att_2)![x');
  expect(partsOf(pictureMark(odd), [odd])).toEqual([{ what: 'picture', picture: odd }]);
});

test('files that stand in the text are not shown below it again', () => {
  const both = [file('att_1'), file('att_2')];
  expect(besidesText(pictureMark(file('att_2')), both)).toEqual([file('att_1')]);
  expect(besidesText('', undefined)).toEqual([]);
});

test('a picture is taken out of the text with the line that held it alone', () => {
  const mark = pictureMark(file('att_1'));
  expect(withoutPicture(`One\n${mark}\nTwo`, 'att_1')).toBe('One\nTwo');
  expect(withoutPicture(`One ${mark} Two`, 'att_1')).toBe('One  Two');
  expect(withoutPicture(`One ${mark}`, 'att_2')).toBe(`One ${mark}`);
});

test('a long name is shortened in its mark, with its ending', () => {
  const long = file('att_1', 'Photo of the torn page that came on Tuesday, second try.png');
  expect(pictureMark(long)).toBe('![Photo of the torn pa…nd try.png](cid:att_1)');
});

test('marks are whole: a caret that comes into one chooses it, and what is chosen ends before or after it', () => {
  const text = `One ${pictureMark(file('att_1'))} two`;
  const marks = marksOf(text);
  const { start, end } = marks[0] ?? { start: 0, end: 0 };
  expect(text.slice(start, end)).toBe('![att_1.png](cid:att_1)');
  const at = (place: number) => ({ start: place, end: place });
  expect(wholeMarks(marks, at(start + 3), at(start))).toMatchObject({ start, end });
  expect(wholeMarks(marks, at(start), at(0))).toEqual(at(start));
  expect(wholeMarks(marks, at(end), at(0))).toEqual(at(end));
  // To the right over it, and back.
  expect(wholeMarks(marks, { start: 0, end: start + 1 }, { start: 0, end: start })).toEqual({
    start: 0,
    end,
  });
  expect(wholeMarks(marks, { start: 0, end: end - 1 }, { start: 0, end })).toEqual({ start: 0, end: start });
  // To the left over it, and back.
  expect(wholeMarks(marks, { start: end - 1, end: text.length }, { start: end, end: text.length })).toEqual({
    start,
    end: text.length,
  });
  expect(wholeMarks(marks, { start: start + 1, end: text.length }, { start, end: text.length })).toEqual({
    start: end,
    end: text.length,
  });
});
