import { useEffect } from 'react';
import { useVisible } from '../lib/use-visible.ts';
import { showNotice } from './desktop-notice.ts';

/** What a hidden tab calls for: in the tab's title, and as a notice of the desktop. */
export interface Call {
  readonly title: string;
  readonly notice: string;
}

/**
 * What the browser's tab says: the subject, and in a hidden tab what somebody is waited for; then the desktop says it too, where that
 * is allowed. Seen again, the tab is as before.
 */
export function useTabSign(subject: string | null, call: Call | null): void {
  const visible = useVisible();
  const calls = call !== null && !visible;
  const notice = call?.notice ?? '';
  const title = calls ? `${call.title} Latchbox` : subject === null ? 'Latchbox' : `${subject} — Latchbox`;
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
    return showNotice(notice, subject ?? 'Your conversation is about to be released.');
  }, [calls, notice, subject]);
}
