import { UP, type UpInput, type UpName, type UpResult } from '@latchbox/shared';
import type { LiveConnection } from '../connection.ts';

/** One command under way. */
export interface Call {
  /** Counts commands and their answers over the whole server, so that it can be said which came first. */
  readonly order: number;
  /** Runs right after the answer was written, before anything else is. */
  afterwards: ((order: number) => void) | undefined;
}

/** What a signed-in connection may say; `hello` is the handshake's. */
export type CommandName = Exclude<UpName, 'hello'>;

type Handler<N extends CommandName> = (
  connection: LiveConnection,
  input: UpInput<N>,
  call: Call,
) => Promise<UpResult<N>>;

/** The commands of one file. */
export type Handlers<N extends CommandName> = { readonly [K in N]: Handler<K> };

/** A command with its contract, as the dispatcher sees it. */
export interface Entry {
  readonly name: CommandName;
  readonly contract: (typeof UP)[CommandName];
  readonly handle: (connection: LiveConnection, input: unknown, call: Call) => Promise<unknown>;
}

/**
 * The table of commands. A map and not an object: `constructor` and `__proto__` are names like any other that it does not
 * know.
 */
export function commandTable(handlers: Handlers<CommandName>): ReadonlyMap<string, Entry> {
  const names = Object.keys(handlers) as CommandName[];
  return new Map(
    names.map((name) => [
      name,
      // The input is what the schema of the same name let through.
      { name, contract: UP[name], handle: handlers[name] as Entry['handle'] },
    ]),
  );
}
