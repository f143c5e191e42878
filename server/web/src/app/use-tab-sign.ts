import { useEffect } from 'react';
import { useVisible } from '../lib/use-visible.ts';

/**
 * What the browser's tab says: the subject, and in a hidden tab that somebody is asked whether they still work. Seen again,
 * the tab is as before.
 */
export function useTabSign(subject: string | null, asked: boolean): void {
  const visible = useVisible();
  const calls = asked && !visible;
  const title = calls ? 'Still working? Latchbox' : subject === null ? 'Latchbox' : `${subject} — Latchbox`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (!calls) return undefined;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    icon?.setAttribute('href', '/favicon-asked.svg');
    return () => icon?.setAttribute('href', '/favicon.svg');
  }, [calls]);
}
