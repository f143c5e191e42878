import { LatchboxError } from '@latchbox/client';
import { sentence } from '../lib/error-words.ts';

/** The fields of the form, by their path in the call. */
export type FieldPath =
  | 'key'
  | 'organisation'
  | 'admin.name'
  | 'admin.email'
  | 'admin.password'
  | 'inbox.name';

const PATHS: readonly string[] = [
  'key',
  'organisation',
  'admin.name',
  'admin.email',
  'admin.password',
  'inbox.name',
];

/** What the server found wrong, by field; nothing for an error that is about no field. */
export function issuesOf(error: unknown): Partial<Record<FieldPath, string>> {
  if (LatchboxError.is(error, 'forbidden')) return { key: 'Check it, letter by letter.' };
  if (!LatchboxError.is(error, 'invalid')) return {};
  const known = error.details.issues.filter(({ path }) => PATHS.includes(path));
  return Object.fromEntries(known.map(({ path, message }) => [path, sentence(message)]));
}

/** True when every issue belongs to a field of the form, so that nothing more needs to be said. */
export function allShown(error: unknown): boolean {
  return (
    LatchboxError.is(error, 'invalid') &&
    error.details.issues.length > 0 &&
    error.details.issues.every(({ path }) => PATHS.includes(path))
  );
}
