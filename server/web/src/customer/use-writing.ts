import { useRef, useState } from 'react';
import { newId } from '../lib/new-id.ts';
import { write, type Writing } from './simulator-api.ts';

/** Sends what a customer writes; a text that is tried again goes under the same id, so it arrives once. */
export function useWriting() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const last = useRef<{ readonly text: string; readonly id: string }>(undefined);

  const send = async (
    message: Omit<Writing, 'providerId'>,
    onSent: (threadToken: string) => void,
  ): Promise<void> => {
    const text = JSON.stringify(message);
    if (last.current?.text !== text) last.current = { text, id: newId() };
    setBusy(true);
    setError(undefined);
    try {
      const token = await write({ ...message, providerId: last.current.id });
      last.current = undefined;
      onSent(token);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, send };
}
