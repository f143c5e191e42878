import type { Attachment } from '@latchbox/client';
import { expect, test } from 'vitest';
import { besidesText, partsOf, pictureMark, withoutPicture } from './in-text.ts';

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
