import { LatchboxError } from '@latchbox/client';
import { expect, it } from 'vitest';
import { allShown, issuesOf } from './issues.ts';

const invalid = (...issues: { path: string; message: string }[]) => new LatchboxError('invalid', { issues });

it('puts each issue to its field, as a sentence', () => {
  const error = invalid(
    { path: 'admin.password', message: 'must have at least 10 characters' },
    { path: 'admin.email', message: 'Invalid email address' },
  );
  expect(issuesOf(error)).toEqual({
    'admin.password': 'It must have at least 10 characters.',
    'admin.email': 'Invalid email address.',
  });
  expect(allShown(error)).toBe(true);
});

it('leaves what belongs to no field to the notice', () => {
  const error = invalid({ path: 'elsewhere', message: 'x' }, { path: 'key', message: 'y' });
  expect(issuesOf(error)).toEqual({ key: 'Y.' });
  expect(allShown(error)).toBe(false);
  expect(allShown(invalid())).toBe(false);
  expect(issuesOf(new Error('x'))).toEqual({});
});

it('points at the key when it does not open', () => {
  const refused = new LatchboxError('forbidden', {});
  expect(Object.keys(issuesOf(refused))).toEqual(['key']);
  expect(allShown(refused)).toBe(false);
});
