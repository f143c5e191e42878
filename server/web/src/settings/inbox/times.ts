import type { InboxRecord } from '@latchbox/client/admin';

export type TimeName = keyof InboxRecord['times'];

interface TimeField {
  readonly name: TimeName;
  readonly label: string;
  readonly hint: string;
  /** What is said where the server refuses it: its own words name fields that nobody sees here. */
  readonly refused?: string;
  /** In seconds, as the server allows them. */
  readonly least: number;
  readonly most: number;
}

/** Every time of an inbox's locks (L2), in the order in which they come up. */
export const TIMES: readonly TimeField[] = [
  {
    name: 'lockTtl',
    label: 'A lock lives without news for',
    hint: 'The connection of whoever holds it renews it. Usually 30.',
    least: 1,
    most: 600,
  },
  {
    name: 'reconnectGrace',
    label: 'A lost connection may come back for',
    hint: 'At most two thirds of the time before. Usually 10.',
    refused: 'It may be at most two thirds of the time before.',
    least: 0.2,
    most: 400,
  },
  {
    name: 'idleAfter',
    label: '“Are you still working?” after',
    hint: 'When the holder does nothing for so long. Usually 180.',
    least: 0.5,
    most: 86_400,
  },
  {
    name: 'idleGrace',
    label: 'Time to answer that',
    hint: 'Then the conversation is free, and the draft kept. Usually 60.',
    least: 0.5,
    most: 3_600,
  },
  {
    name: 'askGrace',
    label: 'Time to answer a colleague who asks',
    hint: 'For the conversation that one holds. Usually 60.',
    least: 0.5,
    most: 3_600,
  },
  {
    name: 'offerTime',
    label: 'The next in line may accept for',
    hint: 'Then it is the turn of the one after. Usually 15.',
    least: 0.5,
    most: 600,
  },
  {
    name: 'handOverTime',
    label: 'A hand-over can be accepted for',
    hint: 'By a colleague who is not there right now. Usually 60.',
    least: 0.5,
    most: 3_600,
  },
];
