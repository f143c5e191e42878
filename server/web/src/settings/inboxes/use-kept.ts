import { useState } from 'react';
import { tabStorage } from '../../lib/storage.ts';

const nameOf = (key: string): string => `latchbox.filled-in.${key}`;

/** What was typed under this key and is not stored yet; undefined: nothing, or nothing of this shape. */
function read<T>(key: string, isOne: (value: unknown) => value is T): T | undefined {
  const text = tabStorage.get(nameOf(key));
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isOne(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** It is stored, or given up: the next time what is stored is shown. */
export function forgetKept(key: string): void {
  tabStorage.set(nameOf(key), null);
}

/** What is filled in, kept in the tab until it is stored: over a reload, and also while it is not right yet and nothing stores it. */
export function useKept<T>(key: string, stored: T, isOne: (value: unknown) => value is T) {
  const [value, setValue] = useState(() => read(key, isOne) ?? stored);
  const put = (next: T): void => {
    tabStorage.set(nameOf(key), JSON.stringify(next));
    setValue(next);
  };
  return [value, put] as const;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
