import type { Accounts, ReplyEntry, UpInput, UpResult } from '@latchbox/shared';
import { listAccounts, setDefault } from './accounts.ts';
import type { Author, Stored } from '../api.ts';
import { checkCompose, compose, type ComposeDeps, type ComposeInput } from './compose.ts';
import { findContacts } from './find-contacts.ts';

/** Writing first, for sockets and REST. */
export interface Composing {
  accounts(agentId: string): Promise<Accounts>;
  setDefaultInbox(agentId: string, inboxId: string | null): Promise<void>;
  findContacts(agentId: string, input: UpInput<'contact.find'>): Promise<UpResult<'contact.find'>>;
  check(author: Author, input: UpInput<'compose.check'>): Promise<UpResult<'compose.check'>>;
  compose(author: Author, input: ComposeInput): Promise<Stored<ReplyEntry>>;
}

export function createComposing(deps: ComposeDeps): Composing {
  return {
    accounts: (agentId) => listAccounts(deps, agentId),
    setDefaultInbox: (agentId, inboxId) => setDefault(deps, agentId, inboxId),
    findContacts: (agentId, input) => findContacts(deps, agentId, input),
    check: (author, input) => checkCompose(deps, author, input),
    compose: (author, input) => compose(deps, author, input),
  };
}
