/** What the directory offers to sockets, REST and the start of the program. It knows neither. */
import type { Capability, InboxSummary, InboxTimes, LockOn, Me, Role, TakeOverBy } from '@latchbox/shared';
import type { AgentState } from '@latchbox/shared/model/agent';
import type { AuditEntry } from '@latchbox/shared/http/audit';
import type { AuditFilter, AuditPlace } from '../database/directory/audit-log.ts';

/** By what somebody proved to be an agent. */
type Credential =
  | { readonly kind: 'sign_in'; readonly signInId: string }
  | { readonly kind: 'api_key'; readonly keyId: string }
  | { readonly kind: 'issuer'; readonly issuerId: string };

export interface VerifiedToken {
  readonly agent: Me;
  readonly credential: Credential;
  /** The sign-in the token belongs to; null for API keys and for tokens of an embedding application. */
  readonly signInId: string | null;
  /** When the token ends, in epoch ms of the server; null: it does not end by itself. */
  readonly endsAt: number | null;
  /** Origins whose pages may use this token; null: those of the deployment itself. */
  readonly allowedOrigins: readonly string[] | null;
}

export interface Tokens {
  /**
   * Whose token this is: an access token of a live sign-in, an API key, or a token minted by a registered application. Throws
   * `unauthenticated` for anything else, always alike, and `timeout` when an application's keys cannot be fetched.
   */
  verifyToken(token: string): Promise<VerifiedToken>;
  /**
   * Whether what was verified still stands: token not over, sign-in, key or issuer not ended, agent active and with the same
   * role. One prepared read; for re-checks of open sockets. A false one needs a new token.
   */
  stillValid(verified: VerifiedToken): Promise<boolean>;
  /** Whether pages of this origin may talk to this deployment: it is among its own, or an issuer allows it. */
  originAllowed(origin: string): Promise<boolean>;
}

export interface SignedIn {
  readonly me: Me;
  readonly signInId: string;
  /** The access token, and when it ends. */
  readonly token: string;
  readonly endsAt: number;
  /** Goes into the cookie and nowhere else. */
  readonly refreshToken: string;
  readonly refreshEndsAt: number;
}

/** Where a request came from, for limits and for the record. */
export interface Caller {
  readonly ip: string;
  readonly userAgent: string;
}

/** The password was right, and is not enough. */
export interface SignInStep {
  /** Secret: who has it needs no password any more. */
  readonly step: string;
  /** `setup`: there is no second factor yet, and an admin wants one. */
  readonly needs: 'code' | 'setup';
}

export interface SignIns {
  /** Throws `unauthenticated`, alike for an unknown address and a wrong password, or `rate_limited`. */
  enter(input: { email: string; password: string }, caller: Caller): Promise<SignedIn | SignInStep>;
  /** The same for who brings nothing but a password: a step that would follow is `unauthenticated` too. */
  signIn(input: { email: string; password: string }, caller: Caller): Promise<SignedIn>;
  /** Throws `unauthenticated` when the step is over, `invalid` at `code`, `rate_limited`. */
  signInFactor(input: { step: string; code: string }, caller: Caller): Promise<SignedIn>;
  /** Throws `unauthenticated`, and `refused` where there is a factor. */
  beginSignInFactor(input: { step: string }, caller: Caller): Promise<{ secret: string; uri: string }>;
  /** As `signInFactor`, by the first code of a new factor. */
  confirmSignInFactor(
    input: { step: string; code: string },
    caller: Caller,
  ): Promise<{ signedIn: SignedIn; recoveryCodes: string[] }>;
  /**
   * Changes a refresh token for its successor and a fresh access token. One that was already changed more than 30 s ago is
   * stolen or copied: its sign-in ends. Throws `unauthenticated`.
   */
  refresh(refreshToken: string): Promise<SignedIn>;
  /** Ends the sign-in this refresh token belongs to, with its sessions and their locks. One that is not live is no error. */
  signOut(refreshToken: string): Promise<void>;
  /** As `signOut`, by the id of the sign-in. */
  endSignIn(signInId: string): Promise<void>;
}

/** An administrative act is somebody's: who is checked in the transaction of the act. */
export interface Actor {
  readonly agentId: string;
}

export interface NewInbox {
  readonly name: string;
  readonly apiCode?: string | undefined;
  /** May be left out when there is only one team (M1). */
  readonly teamId?: string | undefined;
  readonly colour?: string | undefined;
  readonly lockOn?: LockOn | undefined;
  readonly times?: { readonly [K in keyof InboxTimes]?: InboxTimes[K] | undefined } | undefined;
  readonly takeOverBy?: TakeOverBy | undefined;
}
export type InboxChange = { readonly [K in Exclude<keyof NewInbox, 'teamId'>]?: NewInbox[K] | undefined };

export interface InboxRecord extends Omit<InboxSummary, 'capability'> {
  /** What the asking agent may do there; null for an admin who is no member. */
  readonly capability: Capability | null;
}

export interface InboxMember {
  readonly agentId: string;
  readonly name: string;
  readonly capability: Capability;
  readonly since: number;
}

export interface LeavingMember {
  /** Gets the open and snoozed conversations that are assigned to them there; null or left out: nobody has them. */
  readonly assignmentsTo?: string | null | undefined;
}

/** `assignmentsTo` counts where somebody may reply no more. */
export interface MemberChange extends LeavingMember {
  readonly capability: Capability;
}

/** What a member has in an inbox that would be left behind. */
export interface MemberHoldings {
  readonly assigned: { readonly open: number; readonly snoozed: number };
  /** Replies that wait for their time. */
  readonly scheduled: number;
}

export interface Inboxes {
  /** The inboxes an agent is a member of, by name. */
  inboxesOf(agentId: string): Promise<InboxSummary[]>;
  /** The same, and the place in the agent's own stream that belongs to that very moment: what comes after it is not in them. */
  inboxesAsOf(agentId: string): Promise<{ inboxes: InboxSummary[]; seq: number }>;
  /** One of them by id or API code; throws `not_found` for a stranger, member or not (M5, M10). */
  inboxOf(agentId: string, idOrCode: string): Promise<InboxSummary>;
  /** The ids behind ids and API codes, of inboxes the agent is a member of; throws `not_found` when one is not. */
  inboxIds(agentId: string, idsOrCodes: readonly string[]): Promise<string[]>;
  /** Every inbox of the organisation; for admins. Throws `forbidden`. */
  allInboxes(actor: Actor): Promise<InboxRecord[]>;
  createInbox(actor: Actor, input: NewInbox): Promise<InboxRecord>;
  changeInbox(actor: Actor, idOrCode: string, input: InboxChange): Promise<InboxRecord>;
  /** Everybody in the inbox, for its members and for admins. */
  members(actor: Actor, idOrCode: string): Promise<InboxMember[]>;
  /** Active people of its team who are no members, by name, for who manages it; `waits`: nobody can be added now (M4). */
  candidates(
    actor: Actor,
    idOrCode: string,
  ): Promise<{
    readonly people: { readonly id: string; readonly name: string; readonly kind: 'person' | 'system' }[];
    readonly waits: boolean;
  }>;
  /** Adds a member or changes what one may do. The agent must be in the inbox's team, else `invalid` (M5). */
  putMember(actor: Actor, idOrCode: string, agentId: string, to: MemberChange): Promise<InboxMember>;
  /** For admins and members who manage it; `not_found` for somebody who is no member. */
  memberHoldings(actor: Actor, idOrCode: string, agentId: string): Promise<MemberHoldings>;
  removeMember(actor: Actor, idOrCode: string, agentId: string, to?: LeavingMember): Promise<void>;
}

/** A mail address of an inbox. */
export interface InboxAddressRecord {
  /** Lower case. */
  readonly address: string;
  /** Shown in From; empty: the name of the inbox. */
  readonly name: string;
}

/** How long (ms) replies wait to be taken back. */
export interface SendingSettings {
  readonly undoFor: number;
  readonly mine: number | null;
  readonly organisation: number;
}

interface GivenSignature {
  readonly body: string;
  readonly html: string | null;
}

/** How replies leave. Inboxes by id or API code; all throw `not_found` for one that is not the actor's to see. */
export interface Sending {
  sending(actor: Actor): Promise<SendingSettings>;
  /** `organisation` throws `forbidden` unless an admin asks. */
  changeSending(
    actor: Actor,
    changes: { readonly mine?: number | null | undefined; readonly organisation?: number | null | undefined },
  ): Promise<SendingSettings>;
  /** For one inbox, or where none is named for all. */
  mySignature(actor: Actor, inbox: string | undefined): Promise<GivenSignature | null>;
  /** Undefined forgets it. */
  putMySignature(
    actor: Actor,
    inbox: string | undefined,
    signature: GivenSignature | undefined,
  ): Promise<GivenSignature | null>;
  inboxSignature(actor: Actor, inbox: string): Promise<GivenSignature | null>;
  putInboxSignature(
    actor: Actor,
    inbox: string,
    signature: GivenSignature | undefined,
  ): Promise<GivenSignature | null>;
}

export interface InboxAddresses {
  /** The oldest first; for members and admins. */
  addresses(actor: Actor, idOrCode: string): Promise<InboxAddressRecord[]>;
  /** Gives the inbox an address or changes its name. Throws `conflict` when another inbox has it. */
  putAddress(actor: Actor, idOrCode: string, address: InboxAddressRecord): Promise<InboxAddressRecord>;
  removeAddress(actor: Actor, idOrCode: string, address: string): Promise<void>;
}

export interface TeamRecord {
  readonly id: string;
  readonly name: string;
  readonly agentIds: readonly string[];
}

export interface Teams {
  teams(actor: Actor): Promise<TeamRecord[]>;
  createTeam(actor: Actor, input: { name: string }): Promise<TeamRecord>;
  changeTeam(actor: Actor, teamId: string, input: { name: string }): Promise<TeamRecord>;
  addToTeam(actor: Actor, teamId: string, agentId: string): Promise<void>;
  /** Also takes the agent out of every inbox of the team; `assignmentsTo` gets what is theirs where that colleague may reply. */
  removeFromTeam(actor: Actor, teamId: string, agentId: string, to?: LeavingMember): Promise<void>;
}

export interface AgentRecord {
  readonly id: string;
  readonly kind: 'person' | 'system';
  readonly name: string;
  /** Null for system actors. */
  readonly email: string | null;
  readonly role: Role;
  readonly state: AgentState;
  /** `<issuer id>:<sub>` of the embedding application's token that stands for this agent. */
  readonly externalId: string | null;
}

export interface NewAgent {
  readonly kind: 'person' | 'system';
  readonly name: string;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly password?: string | undefined;
  readonly externalId?: string | undefined;
  readonly teamIds?: readonly string[] | undefined;
  /** Left out: active at once. */
  readonly state?: AgentState | undefined;
}
export interface AgentChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly state?: AgentState | undefined;
  readonly externalId?: string | null | undefined;
}

export interface Agents {
  agents(actor: Actor): Promise<AgentRecord[]>;
  createAgent(actor: Actor, input: NewAgent): Promise<AgentRecord>;
  changeAgent(actor: Actor, agentId: string, input: AgentChange): Promise<AgentRecord>;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  readonly agentId: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export interface ApiKeys {
  /** An agent's own keys, and for admins also those of system actors. */
  apiKeys(actor: Actor): Promise<ApiKeyRecord[]>;
  /** The key itself is answered this once; only its hash is kept. For oneself, or as an admin for a system actor. */
  createApiKey(
    actor: Actor,
    input: { name: string; agentId?: string | undefined },
  ): Promise<ApiKeyRecord & { key: string }>;
  revokeApiKey(actor: Actor, keyId: string): Promise<void>;
}

export interface IssuerRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: 'hs256' | 'jwks';
  /** Address of the keys; null for `hs256`, whose secret is never shown. */
  readonly jwksUrl: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly allowedOrigins: readonly string[];
  /** Whether a verified `email` claim finds the agent when the subject is not known. */
  readonly trustEmail: boolean;
}
export interface NewIssuer extends Omit<IssuerRecord, 'id' | 'jwksUrl'> {
  /** The HS256 secret (at least 32 bytes), or the https address of the JWKS. */
  readonly secret: string;
}

export interface Issuers {
  issuers(actor: Actor): Promise<IssuerRecord[]>;
  createIssuer(actor: Actor, input: NewIssuer): Promise<IssuerRecord>;
  endIssuer(actor: Actor, issuerId: string): Promise<void>;
}

export interface Founding {
  readonly organisation: string;
  readonly admin: { readonly name: string; readonly email: string; readonly password: string };
}
interface SetUpInput extends Founding {
  /** The one-time key that the start printed. */
  readonly key: string;
  /** Undefined: it is set up afterwards. */
  readonly inbox?: { readonly name: string } | undefined;
}

export interface SetUp {
  organisation(): Promise<{ name: string } | undefined>;
  /** Makes a new one-time key (an earlier one ends) for the start to print; undefined once there is an organisation. */
  issueKey(): Promise<string | undefined>;
  /** Organisation, first admin, a team and an inbox, once. Throws `forbidden` for a wrong or used key, `invalid`, `rate_limited`. */
  setUp(input: SetUpInput, caller: Caller): Promise<void>;
  /** The same without a key and an inbox, for the demo and for tools. Throws `conflict` when there is an organisation. */
  found(input: Founding): Promise<{ adminId: string; teamId: string }>;
}

/** What was done and by whom; for admins. */
export interface AuditLog {
  /** The newest first, after a place; `limit` at most. Throws `forbidden`. */
  audit(actor: Actor, filter: AuditFilter, after: AuditPlace | null, limit: number): Promise<AuditEntry[]>;
}

export interface Directory
  extends Tokens,
    SignIns,
    Inboxes,
    InboxAddresses,
    Sending,
    Teams,
    Agents,
    ApiKeys,
    Issuers,
    AuditLog,
    SetUp {}
