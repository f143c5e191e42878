import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Clock } from '../lib/clock.ts';

/** Opens the port. Throws an `Error` in words for the operator when it is taken. */
export async function listen(
  http: Server,
  { PORT, HOST }: { readonly PORT: number; readonly HOST: string },
): Promise<void> {
  http.listen(PORT, HOST);
  try {
    await once(http, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${PORT} is taken. Stop what uses it, or start with another one: PORT=${PORT + 1} npm start`,
    );
  }
}

export function portOf(http: Server): number {
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Takes no more requests, lets those that are under way finish (at most `timeout` ms), and closes. */
export async function closeHttp(http: Server, clock: Clock, timeout: number): Promise<void> {
  if (!http.listening) return;
  const closed = once(http, 'close');
  http.close();
  http.closeIdleConnections();
  const cancel = clock.setTimer(timeout, () => http.closeAllConnections());
  await closed;
  cancel();
}
