import type { z } from 'zod';
import { LatchboxError } from '@latchbox/shared';

const MOST_ISSUES = 20;

/** The value as the schema makes it; throws `invalid` with an issue a wrong field, none of which repeats what was sent. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, at: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, MOST_ISSUES).flatMap((issue) => describe(issue, at));
  throw new LatchboxError('invalid', { issues });
}

function describe(issue: z.core.$ZodIssue, at: string): { path: string; message: string }[] {
  const path = [at, ...issue.path.map(String)].filter((part) => part !== '').join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, MOST_ISSUES)
      .map((key) => ({ path: join(path, key.slice(0, 64)), message: 'is not known here' }));
  }
  return [{ path, message: issue.message.slice(0, 300) }];
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
