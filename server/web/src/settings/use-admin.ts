import { type AdminApi, adminOf } from '@latchbox/client/admin';
import { useMemo } from 'react';
import { useClient } from '../app/client.ts';

/** What can be set up, as whoever is signed in. */
export function useAdmin(): AdminApi {
  const client = useClient();
  return useMemo(() => adminOf(client), [client]);
}
