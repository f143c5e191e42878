import type { ConnectionState } from '../connection/states.ts';
import { useClient } from './provider.ts';
import { useReadable } from './use-readable.ts';

/** Where the connection stands. Say so to people when it is `reconnecting` and `slow`, not before. */
export function useConnection(): ConnectionState {
  return useReadable(useClient('useConnection').connection);
}
