import type { DkimDomain, listDkimDomains, Published } from '@latchbox/shared/http/dkim';
import type {
  checkSendingDomain,
  OutgoingMail,
  RelayCheck,
  sendTestMail,
} from '@latchbox/shared/http/outgoing-mail';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

/** What the relay said of a test mail. */
export type TestMailAnswer = Answer<typeof sendTestMail>;
/** What DNS says about mail from a domain. */
export type SendingDomainCheck = Answer<typeof checkSendingDomain>;
/** What DNS has of the keys of a domain. */
export type DkimCheck = { readonly key: Published; readonly next: Published | null };

/** Mail that leaves by the server's own relay. For admins. */
export function outgoingMail(client: Asks) {
  return {
    get: (options?: Abortable): Promise<OutgoingMail> => client.request('GET', 'outgoing-mail', options),
    /** Tries the relay step by step, and sends nothing (H4). Takes up to 10 s; `refused` where there is none. */
    check: (options?: Abortable): Promise<RelayCheck> =>
      client.request('POST', 'outgoing-mail/check', options),
    /** To one's own address. */
    test: (given: Body<typeof sendTestMail> = {}, options?: Abortable): Promise<TestMailAnswer> =>
      client.request('POST', 'outgoing-mail/test', { ...options, body: given }),
    checkDomain: (domain: string, options?: Abortable): Promise<SendingDomainCheck> =>
      client.request('POST', at`outgoing-mail/domains/${domain}/check`, options),
  };
}

/** Keys by which mail of domains is signed (DKIM). For admins. */
export function dkim(client: Asks) {
  const act = <T>(domain: string, what: string, body?: object): Promise<T> =>
    client.request<T>('POST', at`dkim/${domain}/${what}`, { body });
  return {
    async list(options?: Abortable): Promise<readonly DkimDomain[]> {
      return (await client.request<Answer<typeof listDkimDomains>>('GET', 'dkim', options)).domains;
    },
    /** Nothing is signed before it is activated. */
    create: (domain: string): Promise<DkimDomain> => client.request('POST', 'dkim', { body: { domain } }),
    /** Another key, which takes the place of the one that signs once it is activated. */
    rotate: (domain: string): Promise<DkimDomain> => act(domain, 'rotate', {}),
    check: (domain: string): Promise<DkimCheck> => act(domain, 'check'),
    /** Signs from now on; `conflict` while DNS does not have the record. */
    activate: (domain: string): Promise<DkimDomain> => act(domain, 'activate'),
    remove: (domain: string): Promise<void> => client.request('DELETE', at`dkim/${domain}`),
  };
}
