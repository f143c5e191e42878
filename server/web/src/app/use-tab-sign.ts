import { useEffect } from 'react';
import { useVisible } from '../lib/use-visible.ts';
import { showNotice } from './desktop-notice.ts';

/**
 * What the browser's tab says: the subject, and in a hidden tab that somebody is asked whether they still work; then the
 * desktop says it too, where that is allowed. Seen again, the tab is as before.
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
  useEffect(() => {
    if (!calls) return undefined;
    return showNotice('Are you still working?', subject ?? 'Your conversation is about to be released.');
  }, [calls, subject]);
}
