/**
 * Who may do what, as one table: a line for every command and every route of the contract, run for callers of every standing over
 * sockets and REST. A command or route without a line fails `authorisation.test.ts`.
 */

import { type Capability, type ErrorCode, includesCapability } from '@latchbox/shared';

export interface Caller {
  readonly name: string;
  /** Null: sends none. */
  readonly token: string | null;
  /** False: the token is none, or is over. */
  readonly signedIn: boolean;
  readonly admin: boolean;
  readonly kind: 'person' | 'system';
  /** Signed in by itself, and not by a key or by another application. */
  readonly bySignIn: boolean;
  /** In the inbox `orders`. */
  readonly capability: Capability | null;
}

/** What a line is tried on. */
export interface Target {
  readonly conversation: string;
  /** A conversation that a colleague holds. */
  readonly held: string;
  readonly inbox: string;
  /** A mail that left, a file, and the position of a mail that came in. */
  readonly mail: string;
  readonly attachment: string;
  readonly position: number;
  readonly colleague: string;
  readonly team: string;
  readonly mailbox: string;
}

/**
 * What one needs. `anybody`: not even a token. `signed-in`: a token that holds; what it is tried on tells a stranger nothing. `sees`: to be a
 * member, or an admin. `administers`: to manage the inbox, or an admin. `takes-over`: as the inbox says, by default an admin who may reply.
 */
export type Needs =
  | 'anybody'
  | 'signed-in'
  | Capability
  | 'sees'
  | 'administers'
  | 'admin'
  | 'takes-over'
  | 'sign-in'
  | 'admin-sign-in';

interface LineBase {
  readonly needs: Needs;
  /** System actors are refused: `forbidden`. */
  readonly people?: true;
  /** What whoever may do it can be answered here, besides success. */
  readonly also?: readonly ErrorCode[];
}
export interface SocketLine extends LineBase {
  readonly input: (on: Target) => object;
}
export interface RestLine extends LineBase {
  readonly params?: (on: Target) => Readonly<Record<string, string | number>>;
  readonly query?: (on: Target) => Readonly<Record<string, string>>;
  readonly body?: (on: Target) => object;
  /** Sends this instead of JSON. */
  readonly bytes?: string;
}

/** The code with which a caller is refused, or `may`. */
export function verdict(
  { needs, people }: Pick<LineBase, 'needs' | 'people'>,
  caller: Caller,
): 'may' | ErrorCode {
  if (needs === 'anybody') return 'may';
  if (!caller.signedIn) return 'unauthenticated';
  const refused = standing(needs, caller);
  if (refused !== undefined) return refused;
  if (people === true && caller.kind === 'system') return 'forbidden';
  return 'may';
}

function standing(needs: Needs, { capability, admin, bySignIn }: Caller): ErrorCode | undefined {
  const manages = capability !== null && includesCapability(capability, 'manage');
  switch (needs) {
    case 'anybody':
    case 'signed-in':
      return undefined;
    case 'sees':
      return capability === null && !admin ? 'not_found' : undefined;
    case 'administers':
      if (admin || manages) return undefined;
      return capability === null ? 'not_found' : 'forbidden';
    case 'admin':
      return admin ? undefined : 'forbidden';
    case 'sign-in':
      return bySignIn ? undefined : 'forbidden';
    case 'admin-sign-in':
      return admin && bySignIn ? undefined : 'forbidden';
    case 'takes-over':
      if (capability === null) return 'not_found';
      return admin && includesCapability(capability, 'reply') ? undefined : 'forbidden';
    case 'read':
    case 'reply':
    case 'manage':
      if (capability === null) return 'not_found';
      return includesCapability(capability, needs) ? undefined : 'forbidden';
  }
}

/** Whether `code` is right for somebody of whom `verdict` says this. */
export function fits(line: LineBase, said: 'may' | ErrorCode, code: string): boolean {
  if (said !== 'may') return code === said;
  if (code === 'ok') return true;
  return line.also?.includes(code as ErrorCode) ?? false;
}

/** Whether what this caller is answered must be the same for a thing that is there and for one that is not. */
export function hides({ needs }: LineBase, said: 'may' | ErrorCode): boolean {
  return said === 'not_found' || (needs === 'signed-in' && said === 'may');
}
