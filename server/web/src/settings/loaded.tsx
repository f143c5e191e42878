import type { ReactNode } from 'react';
import { useDelayed } from '../lib/use-delayed.ts';
import { Failed } from '../ui/blank.tsx';
import type { Asked } from './use-asked.ts';

interface LoadedProps<T> {
  asked: Asked<T>;
  /** What did not load, when it did not: "The mailboxes". */
  what: string;
  onRetry: () => void;
  children: (value: T) => ReactNode;
}

/** What was asked for, once it is there; what is quick shows no sign of waiting. */
export function Loaded<T>({ asked, what, onRetry, children }: LoadedProps<T>) {
  const late = useDelayed(asked.state === 'loading');
  switch (asked.state) {
    case 'loading':
      return late ? <div className="settings-waits" aria-busy="true" /> : null;
    case 'failed':
      return <Failed title={`${what} did not load`} error={asked.error} onRetry={onRetry} />;
    case 'ready':
      return children(asked.value);
  }
}
