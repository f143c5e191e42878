import { type Assignees, assignment } from '@latchbox/client/admin';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';
import { errorWords } from '../lib/error-words.ts';

const NOBODY: Assignees = { people: [], teams: [] };

/**
 * Whom conversations can be assigned to, in an inbox or (`undefined`) in any of mine: asked for each time it is `wanted`; meanwhile those
 * of the last time.
 */
export function useAssignees(inboxId: string | undefined, wanted: boolean) {
  const client = useClient();
  const connected = useConnected();
  const [known, setKnown] = useState<Assignees>(NOBODY);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (!wanted || !connected) return undefined;
    const abort = new AbortController();
    setProblem(undefined);
    assignment(client)
      .assignees(inboxId, abort)
      .then(
        (found) => (abort.signal.aborted ? undefined : setKnown(found)),
        (error: unknown) => (abort.signal.aborted ? undefined : setProblem(errorWords(error))),
      );
    return () => abort.abort();
  }, [client, connected, inboxId, wanted]);
  return { ...known, problem };
}
