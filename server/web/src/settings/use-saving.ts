import { LatchboxError } from '@latchbox/client';
import { useState } from 'react';
import { errorWords, sentence } from '../lib/error-words.ts';

export type Saving =
  | { readonly state: 'still' | 'busy' | 'saved' }
  | { readonly state: 'refused'; readonly error: unknown };

/** One act after the other: whether it runs, worked, or was refused. */
export function useSaving() {
  const [saving, setSaving] = useState<Saving>({ state: 'still' });
  return {
    saving,
    busy: saving.state === 'busy',
    saved: saving.state === 'saved',
    /** Something was changed since. */
    touched: (): void => setSaving((now) => (now.state === 'busy' ? now : { state: 'still' })),
    run: async <T>(act: () => Promise<T>, onDone?: (value: T) => void): Promise<void> => {
      setSaving({ state: 'busy' });
      try {
        const value = await act();
        setSaving({ state: 'saved' });
        onDone?.(value);
      } catch (error) {
        setSaving({ state: 'refused', error });
      }
    },
    /** What is wrong with the field of this name, in a sentence. */
    wrong: (path: string): string | undefined => issueOf(saving, path),
    /** What is wrong and belongs to none of these fields. */
    problem: (...fields: readonly string[]): string | undefined => problemOf(saving, fields),
  };
}

function issueOf(saving: Saving, path: string): string | undefined {
  if (saving.state !== 'refused' || !LatchboxError.is(saving.error, 'invalid')) return undefined;
  const issue = saving.error.details.issues.find(
    (one) => one.path === path || one.path.startsWith(`${path}.`),
  );
  return issue === undefined ? undefined : sentence(issue.message);
}

function problemOf(saving: Saving, fields: readonly string[]): string | undefined {
  if (saving.state !== 'refused') return undefined;
  const { error } = saving;
  if (!LatchboxError.is(error, 'invalid')) return errorWords(error);
  const others = error.details.issues.filter(
    ({ path }) => !fields.some((field) => path === field || path.startsWith(`${field}.`)),
  );
  const [first] = others;
  if (first === undefined) return undefined;
  return first.path === '' ? sentence(first.message) : `${first.path}: ${first.message}.`;
}
