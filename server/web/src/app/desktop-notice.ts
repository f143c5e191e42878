/** Notices of the desktop: for a question that runs out while the tab is hidden. */

export type Allowed = 'yes' | 'not-asked' | 'blocked' | 'no-way';

export function noticesAllowed(): Allowed {
  // Missing on pages without TLS, and on some phones.
  if (typeof Notification === 'undefined') return 'no-way';
  return { granted: 'yes', default: 'not-asked', denied: 'blocked' }[Notification.permission] as Allowed;
}

export async function askForNotices(): Promise<Allowed> {
  await Notification.requestPermission();
  return noticesAllowed();
}

/** Shows a notice where that is allowed; answers how to take it away. A click on it brings the tab forward. */
export function showNotice(title: string, body: string): () => void {
  if (noticesAllowed() !== 'yes') return () => {};
  try {
    const notice = new Notification(title, { body, icon: '/favicon-asked.svg', tag: 'latchbox' });
    notice.addEventListener('click', () => {
      window.focus();
      notice.close();
    });
    return () => notice.close();
  } catch {
    // Android only lets service workers do this.
    return () => {};
  }
}
