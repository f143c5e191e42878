import { createPrivateKey, type KeyObject } from 'node:crypto';
import { domainOf } from '../../../../lib/domain-of.ts';
import DKIM from 'nodemailer/lib/dkim';
import type { Database } from '../../../../database/database.ts';
import { aboutKey, dkimOf, type StoredDkim } from '../../../../database/dkim-keys.ts';
import type { Log } from '../../../../lib/log.ts';
import { SealBroken, type Seal } from '../../../../lib/seal.ts';
import { type DeliveryAnswer, unreachable } from '../../../../messaging/delivery/channel.ts';
import type { RelayMail } from '../smtp-session.ts';

/** The mail with its signature; as it is where its domain has no key that signs; or why it has to wait. */
export type SignMail = (mail: RelayMail) => Promise<RelayMail | DeliveryAnswer>;

export interface SignDeps {
  readonly db: Database;
  readonly seal: Seal;
  readonly log: Log;
}

/** So much longer (bytes) is a mail with its signature, at most. */
const SIGNATURE = 1_200;
/**
 * Not signed: relays give mails an id and a date of their own, and the signature is to hold all the same. What a reader sees is.
 */
const NOT_SIGNED = 'message-id:date';

/**
 * Signs mails as they leave (RFC 6376), by the domain of their sender, which is that of From (automatic ones have no other). What is kept is not signed: at every
 * attempt it is signed by the key that is in force then.
 */
export function createSignMail({ db, seal, log }: SignDeps): SignMail {
  /** Opened keys by what is stored. */
  const keys = new Map<string, KeyObject>();

  function keyOf({ domain, selector, sealedKey }: StoredDkim): KeyObject {
    const known = keys.get(sealedKey);
    if (known !== undefined) return known;
    const key = createPrivateKey(seal.open(sealedKey, aboutKey(domain, selector)));
    // Keys that were replaced are not kept; there are never many.
    if (keys.size >= 100) keys.clear();
    keys.set(sealedKey, key);
    return key;
  }

  return async (mail) => {
    const from = mail.sender === '' ? await fromOf(mail) : mail.sender;
    const domain = domainOf(from);
    const stored = await dkimOf(db.read, domain);
    if (stored?.active !== true) return mail;
    let privateKey: KeyObject;
    try {
      privateKey = keyOf(stored);
    } catch (error) {
      const why = error instanceof SealBroken ? error.message : 'it is no key';
      log.error('A DKIM key cannot be opened', { domain, selector: stored.selector, error: why });
      return unreachable(`the DKIM key of ${domain} cannot be opened on the server`);
    }
    const signer = new DKIM({
      domainName: domain,
      keySelector: stored.selector,
      privateKey,
      skipFields: NOT_SIGNED,
    });
    return { ...mail, size: mail.size + SIGNATURE, open: async () => signer.sign(await mail.open()) };
  };
}

/** The address in From, as far as its domain is needed. */
async function fromOf(mail: RelayMail): Promise<string> {
  let head = '';
  // Leaving the loop closes what it is read from.
  for await (const chunk of await mail.open()) {
    head += (chunk as Buffer).toString('latin1');
    if (head.includes('\r\n\r\n') || head.length > LONGEST_HEAD) break;
  }
  const [, from = ''] = /^from:((?:[^\r\n]|\r\n[ \t])*)/im.exec(head) ?? [];
  return /@[a-z0-9.-]+(?=>?\s*$)/i.exec(from)?.[0] ?? '';
}

/** Characters. */
const LONGEST_HEAD = 64 * 1_024;
