import { z } from 'zod';
import { Id } from './scalars.ts';

/** Somebody (or something) that acts in an inbox, as it is shown to colleagues. */
export const Person = z.strictObject({ id: Id, name: z.string().max(200) });
export type Person = z.infer<typeof Person>;

/** A team as it is shown to colleagues. */
export const Team = z.strictObject({ id: Id, name: z.string().max(200) });
export type Team = z.infer<typeof Team>;

/** `admin` may also administer the organisation. Membership of an inbox is apart from it (M5). */
export const Role = z.enum(['agent', 'admin']);
export type Role = z.infer<typeof Role>;

/** `person` signs in; `system` is an automation that writes under its own name and never holds a lock. */
export const AgentKind = z.enum(['person', 'system']);

/**
 * Where somebody's account is. `invited`: has not accepted yet. `locked`: keeps everything, and cannot sign in. `deactivated`: works
 * here no more. Only `active` may do anything.
 */
export const AgentState = z.enum(['invited', 'active', 'locked', 'deactivated']);
export type AgentState = z.infer<typeof AgentState>;

/** What a member may do in an inbox; each includes the ones before it (M5). */
export const Capability = z.enum(['read', 'reply', 'manage']);
export type Capability = z.infer<typeof Capability>;

const RANK: Record<Capability, number> = { read: 0, reply: 1, manage: 2 };

/** True when `has` includes what `needs` asks for. */
export function includesCapability(has: Capability, needs: Capability): boolean {
  return RANK[has] >= RANK[needs];
}

/** The signed-in agent, as told to that agent. */
export const Me = z.strictObject({
  id: Id,
  name: z.string().max(200),
  email: z.string().max(320),
  role: Role,
  kind: AgentKind,
});
export type Me = z.infer<typeof Me>;
