import { LatchboxError } from '@latchbox/client';
import type { InboxDraft, InboxDraftFields } from '@latchbox/client/admin';
import { useRef } from 'react';
import { useAdmin } from '../use-admin.ts';
import type { useSaving } from '../use-saving.ts';

/** What a step can do with what was filled in. */
export interface StepActs {
  readonly saving: ReturnType<typeof useSaving>;
  /** Stores it and goes on, if it is right. */
  readonly onForward: (fields: InboxDraftFields) => void;
  /** Something was chosen from which more follows, which is shown beside it. */
  readonly onChosen: (fields: InboxDraftFields) => void;
  readonly onBack: () => void;
  /** The page was left with this on it. */
  readonly onLeft: (fields: InboxDraftFields) => void;
}

export interface DraftSaves {
  readonly save: (fields: InboxDraftFields) => Promise<void>;
  /** What the server has said of it elsewhere. */
  readonly put: (draft: InboxDraft) => void;
}

/** Stores steps one after the other, each upon the one before. */
export function useDraftSaves(draft: InboxDraft, onDraft: (draft: InboxDraft) => void): DraftSaves {
  const { inboxDrafts } = useAdmin();
  const revision = useRef(draft.revision);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const put = (now: InboxDraft): void => {
    revision.current = now.revision;
    onDraft(now);
  };
  const store = async (fields: InboxDraftFields): Promise<void> => {
    try {
      put(await inboxDrafts.change(draft.id, { revision: revision.current, ...fields }));
    } catch (error) {
      // Another admin was quicker: the next attempt builds upon what they did.
      if (LatchboxError.is(error, 'conflict')) put(await inboxDrafts.get(draft.id));
      throw error;
    }
  };
  const save = (fields: InboxDraftFields): Promise<void> => {
    const next = last.current.then(() => store(fields));
    last.current = next.catch(() => undefined);
    return next;
  };
  return { save, put };
}
