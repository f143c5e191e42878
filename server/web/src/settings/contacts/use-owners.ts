import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';

export interface Owner {
  readonly id: string;
  readonly name: string;
}

const NOBODY: readonly Owner[] = [];

/** Who may own contacts, by name; empty until they are known. */
export function useOwners(): readonly Owner[] {
  const { contacts } = useAdmin();
  const { asked } = useAsked('owners', (signal) => contacts.owners({ signal }));
  return asked.state === 'ready' ? asked.value : NOBODY;
}
