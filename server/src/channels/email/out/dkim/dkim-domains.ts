import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { LatchboxError, refuse } from '@latchbox/shared';
import type { DkimDomain, Published } from '@latchbox/shared/http/dkim';
import type { Database, Tx } from '../../../../database/database.ts';
import { writeAudit } from '../../../../database/directory/records.ts';
import {
  aboutKey,
  activateDkim,
  dkimOf,
  holdDkim,
  insertDkim,
  listDkim,
  type NewKey,
  putNextKey,
  removeDkim,
  type StoredDkim,
} from '../../../../database/dkim-keys.ts';
import { type Act, administer, requireAdmin } from '../../../../directory/admin.ts';
import type { Actor } from '../../../../directory/api.ts';
import { readAsAdmin } from '../../../../directory/inbox-access.ts';
import type { Log } from '../../../../lib/log.ts';
import type { Seal } from '../../../../lib/seal.ts';
import { type PublicKey, publishedOf, recordOf, type ResolveTxt } from './record.ts';

/** Administers the keys by which mail is signed. All throw `forbidden` for whoever is no admin. */
export interface DkimDomains {
  list(actor: Actor): Promise<DkimDomain[]>;
  /** Throws `conflict` for a domain that has a key. */
  create(actor: Actor, input: { domain: string; selector?: string | undefined }): Promise<DkimDomain>;
  /** Throws `not_found`, as the others below. */
  rotate(actor: Actor, domain: string, input: { selector?: string | undefined }): Promise<DkimDomain>;
  check(actor: Actor, domain: string): Promise<{ key: Published; next: Published | null }>;
  /** Throws `conflict` while DNS does not have the record: whoever verifies would take the mail for forged. */
  activate(actor: Actor, domain: string): Promise<DkimDomain>;
  remove(actor: Actor, domain: string): Promise<void>;
}

export interface DkimDomainsDeps {
  readonly db: Database;
  readonly log: Log;
  readonly seal: Seal;
  readonly resolveTxt: ResolveTxt;
}

export function createDkimDomains(deps: DkimDomainsDeps): DkimDomains {
  const { db, resolveTxt } = deps;
  const one = async (actor: Actor, domain: string): Promise<StoredDkim> => {
    await readAsAdmin(deps, actor);
    const row = await dkimOf(db.read, domain);
    if (row === undefined) throw refuse('not_found');
    return row;
  };
  return {
    async list(actor) {
      await readAsAdmin(deps, actor);
      return (await listDkim(db.read)).map(shown);
    },
    async create(actor, { domain, selector = newSelector() }) {
      const key = await newKey(deps, domain, selector);
      return await change(deps, actor, { action: 'dkim.created', domain, selector }, async (tx) => {
        if (await insertDkim(tx, domain, key)) return;
        throw new LatchboxError('conflict', {}, { message: 'This domain has a key: rotate it.' });
      });
    },
    async rotate(actor, domain, { selector = newSelector() }) {
      const key = await newKey(deps, domain, selector);
      return await change(deps, actor, { action: 'dkim.rotated', domain, selector }, async (tx) => {
        const row = await held(tx, domain);
        if (row.selector === selector && row.active) throw inUse();
        await putNextKey(tx, row, key);
      });
    },
    async check(actor, domain) {
      return await publishedKeys(resolveTxt, await one(actor, domain));
    },
    async activate(actor, domain) {
      const row = await one(actor, domain);
      const key = nextOf(row) ?? row;
      const published = await publishedOf(resolveTxt, domain, key);
      if (published.status !== 'published') throw notPublished(published);
      const { selector } = key;
      return await change(deps, actor, { action: 'dkim.activated', domain, selector }, async (tx) => {
        const now = await held(tx, domain);
        // Somebody has made another key meanwhile, of which nothing is known.
        if ((nextOf(now) ?? now).publicKey !== key.publicKey) throw new LatchboxError('conflict', {});
        await activateDkim(tx, now);
      });
    },
    async remove(actor, domain) {
      const act = actOn('dkim.removed', domain);
      await administer(deps, actor, act, async (tx) => {
        await requireAdmin(tx, actor);
        if (!(await removeDkim(tx, domain))) throw refuse('not_found');
        await writeAudit(tx, { ...act, actorId: actor.agentId });
      });
    },
  };
}

/** What DNS has of the keys of a domain. */
export async function publishedKeys(
  resolveTxt: ResolveTxt,
  row: StoredDkim,
): Promise<{ key: Published; next: Published | null }> {
  const next = nextOf(row);
  const [key, following] = await Promise.all([
    publishedOf(resolveTxt, row.domain, row),
    next === undefined ? null : publishedOf(resolveTxt, row.domain, next),
  ]);
  return { key, next: following };
}

const actOn = (action: string, domain: string): Act => ({ action, objectType: 'dkim', objectId: domain });

async function change(
  deps: DkimDomainsDeps,
  actor: Actor,
  { action, domain, selector }: { action: string; domain: string; selector: string },
  work: (tx: Tx) => Promise<void>,
): Promise<DkimDomain> {
  const act = actOn(action, domain);
  return await administer(deps, actor, act, async (tx) => {
    await requireAdmin(tx, actor);
    await work(tx);
    await writeAudit(tx, { ...act, actorId: actor.agentId, details: { selector } });
    return shown(await held(tx, domain));
  });
}

async function held(tx: Tx, domain: string): Promise<StoredDkim> {
  const row = await holdDkim(tx, domain);
  if (row === undefined) throw refuse('not_found');
  return row;
}

const makeKeys = promisify(generateKeyPair);

/** RSA with 2048 bits: the one that every verifier knows, and whose record fits DNS. */
async function newKey({ seal }: DkimDomainsDeps, domain: string, selector: string): Promise<NewKey> {
  const { privateKey, publicKey } = await makeKeys('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    selector,
    sealedKey: seal.seal(privateKey, aboutKey(domain, selector)),
    publicKey: publicKey.toString('base64'),
  };
}

const newSelector = (): string => `lb-${randomBytes(4).toString('hex')}`;

function nextOf({ nextSelector, nextPublicKey }: StoredDkim): PublicKey | undefined {
  if (nextSelector === null || nextPublicKey === null) return undefined;
  return { selector: nextSelector, publicKey: nextPublicKey };
}

function shown(row: StoredDkim): DkimDomain {
  const { domain, createdAt } = row;
  const keyOf = (key: PublicKey) => ({ selector: key.selector, record: recordOf(domain, key) });
  const next = nextOf(row);
  return {
    domain,
    active: Boolean(row.active),
    key: keyOf(row),
    next: next === undefined ? null : keyOf(next),
    createdAt,
  };
}

function inUse(): LatchboxError {
  return new LatchboxError('conflict', {}, { message: 'The key that signs now has this selector.' });
}

function notPublished({ status, findings }: Published): LatchboxError {
  const why = findings.map(({ reason }) => reason).join(' ');
  const then = { missing: ' Publish it; that may take an hour to be seen.', unknown: ' Try again.' };
  const message = `${why}${status === 'missing' || status === 'unknown' ? then[status] : ''}`;
  return new LatchboxError('conflict', {}, { message });
}
