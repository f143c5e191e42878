import type { LatchboxClient, Person } from '@latchbox/client';
import { useEffect, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import { useClient } from './client.ts';

/** Who may reply in an inbox, by name: asked for each time it is `wanted`; meanwhile those of the last time. */
export function useReplyers(inboxId: string, wanted: boolean) {
  const client = useClient();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (!wanted) return undefined;
    let over = false;
    setProblem(undefined);
    replyers(client, inboxId).then(
      (found) => (over ? undefined : setPeople(found)),
      (error: unknown) => (over ? undefined : setProblem(errorWords(error))),
    );
    return () => {
      over = true;
    };
  }, [client, inboxId, wanted]);
  return { people, problem };
}

async function replyers(client: LatchboxClient, inboxId: string): Promise<Person[]> {
  const members = await client.inbox(inboxId).members();
  return members
    .filter(({ capability }) => capability !== 'read')
    .map(({ agentId, name }) => ({ id: agentId, name }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
