import type { ReplyEntry } from '@latchbox/shared/model/entry';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { Abortable } from './lib/scope.ts';

type Compose = UpInput<'conversation.compose'>;

/** Whom a message goes to: a contact by its id, or an address of the account's channel; `name` is for one that is new. */
export type ComposeTo = Compose['to'];

export interface ComposeInput extends Omit<Compose, 'clientId' | 'attachments'> {
  /** Ids of files that this agent uploaded for it: `client.upload()`. */
  readonly attachments?: readonly string[] | undefined;
  /** Of one that was tried before, to send it again without ever storing it twice; else the SDK makes one. */
  readonly clientId?: string;
}

/** A message that was written first, on its way. */
export interface Composing {
  readonly clientId: string;
  /** The reply as stored, which names its conversation. Rejects with the refusal; nobody need listen. */
  readonly confirmed: Promise<ReplyEntry>;
}

/** What a message would meet that is being written. */
export type ComposeCheck = UpResult<'compose.check'>;
export type ComposeTarget = UpInput<'compose.check'>;

/** Somebody to write to, and by which channel. */
export type FoundContact = UpResult<'contact.find'>['contacts'][number];

export interface FindContactsOptions extends Abortable {
  /** Those of this channel alone. */
  readonly channel?: FoundContact['channel'];
  /** Most of them; default 8. */
  readonly limit?: number;
}
