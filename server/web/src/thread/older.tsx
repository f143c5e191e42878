import type { Conversation } from '@latchbox/client';
import { useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import { Button } from '../ui/button.tsx';

/** Asks for what was said before. */
export function Older({ conversation }: { conversation: Conversation }) {
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({
    busy: false,
    problem: null,
  });
  const load = (): void => {
    if (state.busy) return;
    setState({ busy: true, problem: null });
    conversation.older().then(
      () => setState({ busy: false, problem: null }),
      (error: unknown) => setState({ busy: false, problem: errorWords(error) }),
    );
  };
  return (
    <div className="messages-older">
      <Button size="small" look="quiet" onClick={load} aria-disabled={state.busy}>
        {state.busy ? 'Loading…' : 'Show earlier messages'}
      </Button>
      {state.problem === null ? null : <span role="alert"> {state.problem}</span>}
    </div>
  );
}
