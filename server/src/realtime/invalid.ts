import { LatchboxError } from '@latchbox/shared';
import type { z } from 'zod';

/** More wrong fields than this are not told. */
const MOST_ISSUES = 20;
const LONGEST = 200;

/** The refusal of an input that is not as its schema says. */
export function invalidInput(error: z.ZodError): LatchboxError<'invalid'> {
  return invalid(
    error.issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
      path: path.map(String).join('.').slice(0, LONGEST),
      message: message.slice(0, LONGEST),
    })),
  );
}

export function invalid(issues: readonly { path: string; message: string }[]): LatchboxError<'invalid'> {
  return new LatchboxError('invalid', { issues });
}
