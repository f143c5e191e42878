import type { Conversation, ConversationRow, Recipient } from '@latchbox/client';
import { useClient } from '../../app/client.ts';
import { useReadable } from '../../lib/use-readable.ts';
import { usePrepared } from '../use-prepared.ts';
import {
  addressedBy,
  type Addressing,
  addressingOf,
  type Field,
  isSendable,
  peopleOf,
  PLAIN,
  taken,
  takenAll,
  withPeople,
} from './addressing.ts';

/** To whom a reply goes and from where: what is shown of it, and what changes it. */
export function useAddressing(conversation: Conversation, row: ConversationRow) {
  const store = addressingOf(useClient(), conversation.id);
  const now = useReadable(store);
  const prepared = usePrepared(conversation, row);
  const people = peopleOf(now, prepared, row);
  const change = (part: Partial<Addressing>): void => store.set({ ...store.getSnapshot(), ...part });
  const peopleAt = (at: Addressing) => peopleOf(at, prepared, row);
  return {
    now,
    people,
    prepared,
    change,
    /** Puts others into a field. */
    put: (field: Field, next: readonly Recipient[]): void =>
      store.set(withPeople(store.getSnapshot(), peopleAt(store.getSnapshot()), field, next)),
    type: (field: Field, text: string): void =>
      change({ typed: { ...now.typed, [field]: text }, wrong: { ...now.wrong, [field]: null } }),
    /** Makes recipients of what was typed. */
    take: (field: Field): void => store.set(taken(store.getSnapshot(), peopleAt(store.getSnapshot()), field)),
    /**
     * What the door is told, and the way back where it refuses; null where half an address stands in the way, which is shown.
     */
    leave: () => {
      const before = takenAll(store.getSnapshot(), peopleAt);
      if (!isSendable(before)) {
        store.set({ ...before, shown: true });
        return null;
      }
      store.set(PLAIN);
      return { addressed: addressedBy(before), back: () => store.set(before) };
    },
  } as const;
}

export type AddressingState = ReturnType<typeof useAddressing>;
