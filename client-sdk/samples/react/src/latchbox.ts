import { createLatchbox, LatchboxError } from '@latchbox/client';

/** One client for the whole page. Nothing happens before `connect()`. */
export const client = createLatchbox({
  url: import.meta.env.VITE_LATCHBOX_URL ?? 'http://localhost:4000',
  async auth(_why, { signal }) {
    const answer = await fetch('/latchbox-token', { signal });
    if (answer.status === 401) throw new LatchboxError('unauthenticated', {});
    if (!answer.ok) throw new Error(`No token: ${answer.status}`);
    return await answer.text();
  },
});
