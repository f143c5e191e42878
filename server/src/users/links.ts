/** Links that take one step, once. Only their hash is kept; whoever has the link itself is whom it was given to. */
import { refuse } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import { agentForUpdate, type AgentRow } from '../database/directory/agents.ts';
import {
  insertLink,
  openLink,
  takeLink,
  type UserLink,
  type UserLinkKind,
} from '../database/directory/user-links.ts';
import { getMeta } from '../database/meta.ts';
import { hashSecret, newSecret } from '../lib/ids.ts';
import type { UsersDeps } from './deps.ts';
import { invitationMail, type LinkWords, type MailText, resetMail, verificationMail } from './mails.ts';

const HOUR = 60 * 60 * 1_000;
/** How long each kind lives (ms). */
const LIVES = { invitation: 7 * 24 * HOUR, verification: 24 * HOUR, reset: HOUR } as const;

/** The page of each kind. What follows the `#` reaches no server and no log. */
const PAGE = { invitation: 'invitation', verification: 'verify', reset: 'reset' } as const;

export type MailedKind = Exclude<UserLinkKind, 'sign_in'>;

export interface Sent {
  readonly mailed: boolean;
  /** Null: it was mailed, and is nobody else's. */
  readonly link: string | null;
}

export interface LinkFor {
  readonly kind: MailedKind;
  readonly agent: Pick<AgentRow, 'id' | 'email'>;
  /** An admin's name and id; null: they asked for it themselves. */
  readonly by: { readonly id: string; readonly name: string } | null;
  /** An alias or forwarding address instead of their own. */
  readonly to?: string | undefined;
  /** It is answered instead of mailed. */
  readonly byHand?: boolean | undefined;
}

/** Makes a link and mails it, or answers it where no mail leaves this server or none is wanted. */
export async function sendLink(
  tx: Tx,
  deps: Pick<UsersDeps, 'post'> & {
    readonly config: Pick<UsersDeps['config'], 'PUBLIC_URL' | 'PORT' | 'SMTP_URL'>;
  },
  asked: LinkFor,
): Promise<Sent> {
  const { kind, agent, by } = asked;
  const token = newSecret();
  const sentTo = asked.to ?? agent.email ?? '';
  const mailed = deps.config.SMTP_URL !== undefined && asked.byHand !== true;
  const lives = LIVES[kind];
  await insertLink(tx, {
    kind,
    agentId: agent.id,
    tokenHash: hashSecret(token),
    sentTo,
    // Who saw a link on a screen has not shown that the mail of an address is theirs.
    proves: mailed,
    createdBy: by?.id ?? null,
    lives,
  });
  const path = `/${PAGE[kind]}#${token}`;
  const base = deps.config.PUBLIC_URL?.replace(/\/+$/, '');
  if (!mailed) return { mailed, link: `${base ?? ''}${path}` };
  // Never made of what a request says of its host: whoever asks for somebody's reset could choose where it leads.
  const link = `${base ?? `http://localhost:${deps.config.PORT}`}${path}`;
  const words = { link, until: tx.now + lives, organisation: await organisationOf(tx) };
  await deps.post(tx, { agentId: agent.id, to: sentTo, ...textOf(asked, words) });
  return { mailed, link: null };
}

export async function organisationOf(tx: Tx): Promise<string> {
  return (await getMeta(tx.db, 'organisation')) ?? 'Latchbox';
}

function textOf({ kind, agent, by }: LinkFor, words: LinkWords): MailText {
  switch (kind) {
    case 'invitation':
      return invitationMail(by?.name ?? words.organisation, words);
    case 'verification':
      return verificationMail(agent.email ?? '', words);
    case 'reset':
      return resetMail(words);
  }
}

/** The link that a secret opens, without using it up. */
export async function linkOf(
  { db }: Pick<UsersDeps, 'db'>,
  kind: UserLinkKind,
  token: string,
): Promise<UserLink | undefined> {
  return await openLink(db.read, kind, hashSecret(token), await db.now());
}

/**
 * Uses a link up, with its agent's row locked: the agent first, then the link, as everybody locks them. Throws `not_found` for one
 * that does not stand, or does not any more.
 */
export async function takeLinkOf(
  tx: Tx,
  kind: UserLinkKind,
  tokenHash: string,
): Promise<{ readonly agent: AgentRow; readonly link: UserLink }> {
  const open = await openLink(tx.db, kind, tokenHash, tx.now);
  const agent = open && (await agentForUpdate(tx, open.agentId));
  const link = open && (await takeLink(tx, kind, tokenHash));
  if (agent === undefined || link === undefined) throw refuse('not_found');
  return { agent, link };
}
