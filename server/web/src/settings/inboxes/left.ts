import { useEffect, useEffectEvent } from 'react';

/** What pages that were left are still storing: whoever reads drafts waits for it, to see what they just wrote. */
const storing = new Set<Promise<unknown>>();

export function stillStoring(work: Promise<unknown>): void {
  storing.add(work);
  void work.catch(() => undefined).finally(() => storing.delete(work));
}

export async function allStored(): Promise<void> {
  await Promise.allSettled(storing);
}

/** Runs once when what it stands in goes away. */
export function useWhenLeft(run: () => void): void {
  const latest = useEffectEvent(run);
  useEffect(() => () => latest(), []);
}

/** Whoever goes on by keys or hears the page is told where they are. */
export function focusOnHeading(): void {
  document.querySelector<HTMLElement>('.settings-main h1')?.focus();
}
