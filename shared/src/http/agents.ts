import { z } from 'zod';
import { AgentKind, AgentState, Role } from '../model/agent.ts';
import { Id } from '../model/scalars.ts';
import { Email, line, Name } from './fields.ts';
import { route } from './route.ts';

/** `<issuer id>:<sub>` of the token by which an embedding application names this agent. */
const ExternalId = line(320).regex(/^[A-Za-z0-9_-]+:.+$/, 'must be <issuer id>:<subject>');
const Password = z.string().min(1).max(256);

const Agent = z.strictObject({
  id: Id,
  kind: AgentKind,
  name: z.string(),
  email: z.string().nullable(),
  role: Role,
  state: AgentState,
  externalId: z.string().nullable(),
});

export const listAgents = route({
  method: 'GET',
  path: '/api/agents',
  summary: 'Every agent and system actor; for admins',
  response: z.strictObject({ agents: z.array(Agent) }),
  errors: ['forbidden'],
});

export const createAgent = route({
  method: 'POST',
  path: '/api/agents',
  summary: 'Create an agent, or a system actor that writes under its own name by API key',
  body: z.strictObject({
    kind: AgentKind.optional(),
    name: Name,
    /** Needed for a person; a system actor has none. */
    email: Email.optional(),
    role: Role.optional(),
    password: Password.optional(),
    externalId: ExternalId.optional(),
    teamIds: z.array(Id).max(100).optional(),
  }),
  response: Agent,
  status: 201,
  errors: ['forbidden'],
});

/**
 * Locking and deactivating end every sign-in of the agent; a lowered role ends the agent's locks. Deactivating does what
 * `POST /api/users/{user}/deactivate` does where nobody is named: locks are free, assignments cleared, contacts nobody's, scheduled replies
 * stopped, in steps that go on after the answer. A locked seat keeps what it has. Passwords are their owners' to set: an admin sends a link.
 */
export const changeAgent = route({
  method: 'PATCH',
  path: '/api/agents/{agent}',
  summary: 'Change name or role, lock, deactivate or reactivate',
  params: z.strictObject({ agent: Id }),
  body: z.strictObject({
    name: Name.optional(),
    role: Role.optional(),
    state: AgentState.exclude(['invited']).optional(),
    externalId: ExternalId.nullable().optional(),
  }),
  response: Agent,
  errors: ['forbidden', 'not_found', 'refused'],
});
