import type { z } from 'zod';

/** How often a connection may send a command of a class; the figures stand in the server's settings. */
export type RateClass = 'hello' | 'read' | 'write' | 'lock' | 'subscribe' | 'signal';

export interface Command<I extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly result: R;
  readonly rate: RateClass;
  /** `volatile` commands are never acknowledged and may be lost; nothing durable depends on them. */
  readonly delivery: 'acknowledged' | 'volatile';
}

/** Keeps the exact schema types of a command. */
export function command<I extends z.ZodType, R extends z.ZodType>(definition: Command<I, R>): Command<I, R> {
  return definition;
}
