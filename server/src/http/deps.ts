import type { Readable } from 'node:stream';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { Http, HttpInput, HttpResponse, RouteName } from '@latchbox/shared/http/index';
import type { Locks, Sessions } from '../collaboration/api.ts';
import type { Config } from '../config.ts';
import type { Contacts } from '../contacts/api.ts';
import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/api.ts';
import type { Assignment } from '../directory/assignment.ts';
import type { SavedViews } from '../directory/saved-views.ts';
import type { Files } from '../files/files.ts';
import type { Hours } from '../hours/hours.ts';
import type { Seats } from '../seats/seats.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { InboxDrafts } from '../inbox-drafts/api.ts';
import type { Notices } from '../notices/notices.ts';
import type { Notifications } from '../notices/notifications.ts';
import type { NotificationSettingsService } from '../notices/settings.ts';
import type { Author, Messaging, SendDoor } from '../messaging/api.ts';
import type { Users } from '../users/users.ts';
import type { Composing } from '../messaging/composing/composing.ts';

/** What the customer page needs of the simulator channel. */
export interface CustomerPages {
  inboxes(): Promise<HttpResponse<'simulatorInboxes'>['inboxes']>;
  write(message: HttpInput<'simulatorWrite'>['body']): Promise<{ threadToken: string }>;
  thread(threadToken: string, after: number): Promise<HttpResponse<'simulatorThread'>['messages']>;
}

/** What the mail channel shows of mails besides their text, and takes without SMTP. All throw `not_found`. */
export interface MailPages {
  html(agentId: string, place: EntryPlace, remoteImages: boolean): Promise<HttpResponse<'getEntryHtml'>>;
  raw(
    agentId: string,
    place: EntryPlace,
  ): Promise<{ readonly subject: string; readonly size: number; readonly content: Buffer | Readable }>;
  importInto(
    agentId: string,
    inbox: string,
    read: () => Promise<Buffer>,
  ): Promise<HttpResponse<'importMail'>>;
}
export interface EntryPlace {
  readonly conversationId: string;
  readonly position: number;
}

/** Images that lie on other servers. */
export interface RemoteImagePages {
  show(link: {
    readonly conversationId: string;
    readonly position: number;
    readonly agentId: string;
    readonly until: number;
    readonly mac: string;
    readonly coded: string;
  }): Promise<{ readonly type: string; readonly bytes: Buffer }>;
}

/** The mail that left, as agents look at it. All throw `not_found`. */
export interface LeftMailPages {
  list(
    agentId: string,
    asked: {
      readonly inboxId: string | undefined;
      readonly after: { readonly at: number; readonly id: string } | null;
      readonly limit: number;
    },
  ): Promise<HttpResponse<'listMails'>>;
  one(agentId: string, id: string): Promise<HttpResponse<'getMail'>>;
  raw(
    agentId: string,
    id: string,
  ): Promise<{ readonly subject: string; readonly size: number; readonly content: Readable }>;
}

/** Administering mail accounts; throws as `channels/email/mailboxes/api.ts` says. */
export interface MailboxPages {
  list(actor: Actor, inbox: string | undefined): Promise<HttpResponse<'listMailboxes'>['mailboxes']>;
  one(actor: Actor, id: string): Promise<HttpResponse<'getMailbox'>>;
  create(actor: Actor, input: HttpOutput<'createMailbox'>): Promise<HttpResponse<'createMailbox'>>;
  change(
    actor: Actor,
    id: string,
    input: HttpOutput<'changeMailbox'>,
  ): Promise<HttpResponse<'changeMailbox'>>;
  switch(actor: Actor, id: string, to: HttpOutput<'switchMailbox'>): Promise<HttpResponse<'switchMailbox'>>;
  configure(
    actor: Actor,
    requestId: string,
    input: HttpOutput<'configureMailbox'>,
  ): Promise<HttpResponse<'configureMailbox'>>;
  disconnect(actor: Actor, id: string): Promise<HttpResponse<'disconnectMailbox'>>;
  connect(actor: Actor, id: string): Promise<HttpResponse<'connectMailbox'>>;
  remove(actor: Actor, id: string): Promise<void>;
  check(actor: Actor, input: HttpOutput<'checkMailbox'>): Promise<HttpResponse<'checkMailbox'>>;
  progress(actor: Actor, id: string): Promise<HttpResponse<'getMailboxProgress'>>;
}

/** Which mailbox asks for its answers at which; throws as `channels/email/mailboxes/masters/masters.ts` says. */
export interface MasterPages {
  list(
    actor: Actor,
    asked: { readonly owner?: string | undefined; readonly scope?: 'mine' | 'all' | undefined },
  ): Promise<HttpResponse<'listMasters'>['mailboxes']>;
  choices(actor: Actor, ids: readonly string[]): Promise<HttpResponse<'masterChoices'>>;
  set(actor: Actor, id: string, masterId: string | null): Promise<HttpResponse<'setMaster'>>;
  setMany(
    actor: Actor,
    ids: readonly string[],
    masterId: string | null,
  ): Promise<HttpResponse<'setMasters'>['results']>;
}

/** The keys by which mail is signed; throws as the routes say. */
export interface DkimPages {
  list(actor: Actor): Promise<HttpResponse<'listDkimDomains'>['domains']>;
  create(actor: Actor, input: HttpOutput<'createDkimDomain'>): Promise<HttpResponse<'createDkimDomain'>>;
  rotate(
    actor: Actor,
    domain: string,
    input: HttpOutput<'rotateDkimKey'>,
  ): Promise<HttpResponse<'rotateDkimKey'>>;
  check(actor: Actor, domain: string): Promise<HttpResponse<'checkDkimDomain'>>;
  activate(actor: Actor, domain: string): Promise<HttpResponse<'activateDkimKey'>>;
  remove(actor: Actor, domain: string): Promise<void>;
}

/** Mail that leaves by the server's own relay; throws as the routes say. */
export interface OutgoingPages {
  overview(actor: Actor): Promise<HttpResponse<'getOutgoingMail'>>;
  check(actor: Actor): Promise<HttpResponse<'checkRelay'>>;
  test(actor: Actor, given: HttpOutput<'sendTestMail'>): Promise<HttpResponse<'sendTestMail'>>;
  checkDomain(actor: Actor, domain: string): Promise<HttpResponse<'checkSendingDomain'>>;
}

/** Phone numbers, registrations and who wants no texts; throws as the routes say. */
export interface TextingPages {
  readonly numbers: {
    search(
      actor: Actor,
      asked: z.output<Http['searchNumbers']['query']>,
    ): Promise<HttpResponse<'searchNumbers'>['numbers']>;
    list(actor: Actor, inbox: string): Promise<HttpResponse<'listNumbers'>['numbers']>;
    buy(actor: Actor, inbox: string, number: string): Promise<HttpResponse<'buyNumber'>>;
    change(
      actor: Actor,
      inbox: string,
      id: string,
      change: HttpOutput<'changeNumber'>,
    ): Promise<HttpResponse<'changeNumber'>>;
    release(actor: Actor, inbox: string, id: string): Promise<void>;
  };
  readonly optOuts: {
    list(actor: Actor, inbox: string): Promise<HttpResponse<'listOptOuts'>['optOuts']>;
    put(actor: Actor, inbox: string, given: HttpOutput<'putOptOut'>): Promise<void>;
    remove(actor: Actor, inbox: string, given: HttpOutput<'removeOptOut'>): Promise<void>;
  };
  readonly campaigns: {
    get(actor: Actor, team: string): Promise<HttpResponse<'getCampaign'>['campaign']>;
    put(actor: Actor, team: string, fields: HttpOutput<'putCampaign'>): Promise<HttpResponse<'putCampaign'>>;
    submit(actor: Actor, team: string): Promise<HttpResponse<'submitCampaign'>>;
  };
  readonly voice: {
    readonly routings: {
      get(actor: Actor, inbox: string): Promise<HttpResponse<'getCallRouting'>>;
      put(
        actor: Actor,
        inbox: string,
        routing: HttpOutput<'putCallRouting'>,
      ): Promise<HttpResponse<'putCallRouting'>>;
    };
    readonly myPhone: {
      get(agentId: string): Promise<HttpResponse<'getMyPhone'>>;
      put(agentId: string, phone: string | null): Promise<HttpResponse<'putMyPhone'>>;
    };
    readonly calls: {
      start(author: Author, input: HttpOutput<'startCall'>): Promise<HttpResponse<'startCall'>>;
      get(agentId: string, id: string): Promise<HttpResponse<'getCall'>>;
    };
  };
  /** Under which the provider calls, without a slash at its end. */
  readonly publicUrl: string;
  /** What the provider calls. */
  readonly webhooks: (request: globalThis.Request) => Promise<globalThis.Response>;
  /** Undefined: there is a real provider. */
  readonly carrier: { readonly page: CarrierPages; readonly handle: TextingPages['webhooks'] } | undefined;
}

/** The page behind the carrier in a box. */
interface CarrierPages {
  overview(actor: Actor): Promise<HttpResponse<'getCarrier'>>;
  text(actor: Actor, text: HttpOutput<'carrierText'>): Promise<HttpResponse<'carrierText'>>;
  change(actor: Actor, settings: HttpOutput<'carrierSettings'>): Promise<void>;
  settle(actor: Actor, sid: string, outcome: string): Promise<void>;
  decide(actor: Actor, sid: string, reason: string | null): Promise<void>;
  ring(actor: Actor, call: HttpOutput<'carrierRing'>): Promise<HttpResponse<'carrierRing'>>;
  act(actor: Actor, sid: string, act: HttpOutput<'carrierPhone'>): Promise<void>;
}
type Actor = { readonly agentId: string };
type HttpOutput<N extends RouteName> = z.output<Http[N]['body']>;

export type HttpConfig = Pick<
  Config,
  'PUBLIC_URL' | 'TLS_CERT_FILE' | 'ALLOWED_ORIGINS' | 'TRUST_PROXY' | 'METRICS_TOKEN' | 'RATE_LIMIT_FACTOR'
>;

export interface HttpDeps {
  readonly db: Database;
  readonly directory: Directory;
  readonly users: Users;
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly sendDoor: SendDoor;
  readonly messaging: Messaging;
  readonly composing: Composing;
  readonly files: Files;
  readonly hours: Hours;
  readonly inboxDrafts: Omit<InboxDrafts, 'start' | 'stop'>;
  readonly notifications: Notifications;
  readonly notificationSettings: NotificationSettingsService;
  /** Whether mail to our own people leaves. */
  readonly notices: Pick<Notices, 'leaves'>;
  readonly assignment: Assignment;
  readonly savedViews: SavedViews;
  readonly contacts: Contacts;
  readonly mailViews: MailPages;
  readonly remoteImages: RemoteImagePages;
  readonly mailsLeft: LeftMailPages;
  readonly mailboxes: MailboxPages;
  readonly masters: MasterPages;
  readonly seats: Seats;
  readonly dkim: DkimPages;
  readonly outgoingMail: OutgoingPages;
  /** Undefined: this server has nothing to do with texts. */
  readonly sms: TextingPages | undefined;
  /** Undefined: the simulator channel is switched off. */
  readonly simulator: CustomerPages | undefined;
  readonly clock: Clock;
  /** The deployment's own secret: what is made from it is the same on all its servers. */
  readonly secret: string;
  readonly log: Log;
  readonly config: HttpConfig;
  /** What must answer before the server takes work, by name; default: the database. False or a throw: not ready. */
  readonly ready?: () => Promise<Record<string, boolean>>;
  /** Folder of the built web app; default: `server/web/dist`. */
  readonly webRoot?: string;
  /** Where figures are collected; default: one of its own with those of the process. */
  readonly metrics?: Registry;
  /** Told of every answer that is an error: the route's name, and the code. */
  readonly refused?: (route: string, code: string) => void;
  /** `system`: only health and figures, for a process without the role web; default: everything. */
  readonly surface?: 'all' | 'system';
  /** Ms after which an answer counts as slow and is logged; default: 1 s. */
  readonly slowAfter?: number;
  /** Whether the server is about to stop: then answers end their connections. */
  readonly draining?: () => boolean;
  /** Checks every answer against the contract; for tests. */
  readonly checkAnswers?: boolean;
}
