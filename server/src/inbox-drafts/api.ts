/** What setting up an inbox needs of others, and offers. */
import type { InboxDraft, InboxOverview } from '@latchbox/shared/http/inbox-drafts';
import type { DraftFields } from '../database/inbox-drafts.ts';
import type { Actor } from '../directory/api.ts';
import type { DirectoryDeps } from '../directory/deps.ts';

export interface BoughtNumber {
  readonly sid: string;
  readonly sms: boolean;
  readonly mms: boolean;
  readonly voice: boolean;
}

/** Where phone numbers are bought. `tag`: under which the provider keeps it, so that it is found again. */
export interface NumberDesk {
  /** `taken`: somebody else has it. `away`: nothing was bought. Throws when nobody knows. */
  buy(
    e164: string,
    tag: string,
  ): Promise<
    | { readonly outcome: 'bought'; readonly number: BoughtNumber }
    | { readonly outcome: 'taken' | 'away'; readonly reason: string }
  >;
  /** One that was bought under this tag. Throws when the provider does not say. */
  find(e164: string, tag: string): Promise<BoughtNumber | undefined>;
  /** Gives it back; one that is not there is no error. */
  release(sid: string): Promise<void>;
  /** Told after a team got a number that needs its registration. */
  added(teamId: string): Promise<void>;
}

export interface InboxDraftDeps extends DirectoryDeps {
  /** Undefined: this server has nothing to do with texts, and its inboxes need no number. */
  readonly numbers: NumberDesk | undefined;
}

/** What may be filled in; undefined stays. Numbers as people type them. */
export type DraftChange = { readonly [K in keyof DraftFields]?: DraftFields[K] | undefined };

/** Inboxes that are set up step by step (M1). Every act throws `forbidden` for who is no admin, `not_found`, and as its route says. */
export interface InboxDrafts {
  list(actor: Actor): Promise<InboxDraft[]>;
  get(actor: Actor, id: string): Promise<InboxDraft>;
  begin(actor: Actor, fields: DraftChange): Promise<InboxDraft>;
  change(actor: Actor, id: string, revision: number, fields: DraftChange): Promise<InboxDraft>;
  /** Active people of its team, by name. */
  candidates(actor: Actor, id: string): Promise<{ readonly id: string; readonly name: string }[]>;
  remove(actor: Actor, id: string): Promise<void>;
  confirm(actor: Actor, id: string): Promise<InboxDraft>;
  overview(actor: Actor): Promise<InboxOverview[]>;
  /** Goes on with what a server that died has left. */
  start(): void;
  stop(): Promise<void>;
}
