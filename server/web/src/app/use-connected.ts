import type { ConnectionState } from '@latchbox/client';
import { usePick } from '../lib/use-readable.ts';
import { useClient } from './client.ts';

/** False once the connection is gone for longer than a moment: a short loss is not worth a word. */
const isThere = (connection: ConnectionState): boolean =>
  connection.name === 'connected' || (connection.name === 'reconnecting' && !connection.slow);

export function useConnected(): boolean {
  return usePick(useClient().connection, isThere);
}
