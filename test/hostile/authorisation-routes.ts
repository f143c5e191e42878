/** The lines of the table for REST. */

import type { RestLine, Target } from './authorisation.ts';
import { CALL_LINES } from './authorisation-calls.ts';
import { CONTACT_LINES } from './authorisation-contacts.ts';
import { INBOX_DRAFT_LINES } from './authorisation-inbox-drafts.ts';
import { MASTER_LINES } from './authorisation-masters.ts';
import { SEAT_LINES } from './authorisation-seats.ts';
import { USER_LINES } from './authorisation-users.ts';
import { composed, freshId } from './authorisation-sockets.ts';

const conversation = ({ conversation: id }: Target) => ({ conversation: id });
const inbox = ({ inbox: id }: Target) => ({ inbox: id });
const team = ({ team: id }: Target) => ({ team: id });
const mail = ({ mail: id }: Target) => ({ mail: id });
const entry = (on: Target) => ({ ...conversation(on), position: on.position });
const colleague = (on: Target) => ({ ...inbox(on), agent: on.colleague });
const session = { id: 'ses_unknown', key: 'x'.repeat(43) };

const LOCK = ['lock_held', 'lock_elsewhere', 'lock_required', 'lock_lost', 'conflict', 'limit'] as const;

const noDomain = () => ({ domain: 'nothere.example' });
const noView = () => ({ view: 'viw_nothere' });
const noNumber = (on: Target) => ({ ...inbox(on), number: 'num_nothere' });
const NO_PAIR = { numberId: 'num_nothere', address: '+447700900111' };
const CAMPAIGN = {
  customerProfile: `BU${'1'.repeat(32)}`,
  a2pProfile: `BU${'2'.repeat(32)}`,
  useCase: 'CUSTOMER_CARE',
  description: 'A shop answers the questions of customers who text it.',
  samples: ['Your notebook is ready to be collected.', 'We are open until six o’clock today.'],
  messageFlow: 'Customers text first; the number stands on our receipts.',
  hasLinks: false,
  hasPhoneNumbers: false,
};

/** A name, a code or an address that nobody took yet. */
const fresh = (): string => freshId().toLowerCase();

export const REST_LINES: Readonly<Record<string, RestLine>> = {
  ...MASTER_LINES,
  ...INBOX_DRAFT_LINES,
  ...SEAT_LINES,
  ...USER_LINES,
  ...CONTACT_LINES,
  ...CALL_LINES,
  // What needs no token, or one of another kind, answers everybody alike.
  getSetUp: { needs: 'anybody' },
  setUp: {
    needs: 'anybody',
    body: () => ({
      key: 'x',
      organisation: 'x',
      admin: { name: 'x', email: 'x@shop.example', password: 'x' },
      inbox: { name: 'x' },
    }),
    also: ['forbidden'],
  },
  refreshToken: { needs: 'anybody', also: ['unauthenticated'] },
  signOut: { needs: 'anybody' },
  simulatorInboxes: { needs: 'anybody' },
  simulatorWrite: {
    needs: 'anybody',
    body: () => ({
      inboxCode: 'no-such-inbox',
      from: { name: 'x', address: 'x@example.com' },
      subject: 'x',
      body: 'x',
      threadToken: null,
      providerId: fresh(),
    }),
    also: ['not_found'],
  },
  simulatorThread: { needs: 'anybody', also: ['unauthenticated', 'not_found'] },
  live: { needs: 'anybody' },
  ready: { needs: 'anybody' },
  metrics: { needs: 'anybody' },
  openApi: { needs: 'anybody' },
  getFile: {
    needs: 'anybody',
    params: ({ attachment }) => ({
      attachment,
      until: Date.now() + 60_000,
      mac: 'A'.repeat(43),
      name: 'x.txt',
    }),
    also: ['not_found'],
  },
  getRemoteImage: {
    needs: 'anybody',
    params: (on) => ({
      ...entry(on),
      agent: on.colleague,
      until: Date.now() + 60_000,
      mac: 'A'.repeat(43),
      coded: Buffer.from('https://shop.example/x.png').toString('base64url'),
    }),
    also: ['not_found'],
  },

  getMe: { needs: 'signed-in' },
  listInboxes: { needs: 'signed-in' },
  getInbox: { needs: 'read', params: inbox },
  createInbox: { needs: 'admin', body: (on) => ({ name: fresh(), teamId: on.team }) },
  changeInbox: { needs: 'administers', params: inbox, body: () => ({ colour: '#123456' }) },
  listMembers: { needs: 'sees', params: inbox },
  getMemberHoldings: { needs: 'administers', params: colleague },
  putMember: { needs: 'administers', params: colleague, body: () => ({ capability: 'reply' }) },
  removeMember: {
    needs: 'administers',
    params: (on) => ({ ...inbox(on), agent: 'agt_nobody' }),
    also: ['not_found'],
  },
  listAddresses: { needs: 'sees', params: inbox },
  putAddress: {
    needs: 'administers',
    params: (on) => ({ ...inbox(on), address: `${fresh()}@shop.example` }),
    body: () => ({}),
  },
  removeAddress: {
    needs: 'administers',
    params: (on) => ({ ...inbox(on), address: 'nobody@shop.example' }),
    also: ['not_found'],
  },

  getOutgoingMail: { needs: 'admin' },
  checkRelay: { needs: 'admin', also: ['refused'] },
  sendTestMail: { needs: 'admin', body: () => ({}), also: ['refused'] },
  checkSendingDomain: { needs: 'admin', params: noDomain, also: ['not_found'] },
  listDkimDomains: { needs: 'admin' },
  createDkimDomain: { needs: 'admin', body: () => ({ domain: `${fresh()}.example` }) },
  rotateDkimKey: { needs: 'admin', params: noDomain, body: () => ({}), also: ['not_found'] },
  checkDkimDomain: { needs: 'admin', params: noDomain, also: ['not_found'] },
  activateDkimKey: { needs: 'admin', params: noDomain, body: () => ({}), also: ['not_found'] },
  removeDkimDomain: { needs: 'admin', params: noDomain, also: ['not_found'] },

  searchNumbers: { needs: 'admin', query: () => ({ areaCode: '415' }) },
  listNumbers: { needs: 'sees', params: inbox },
  // One that is never to be had: nothing is bought here.
  buyNumber: { needs: 'admin', params: inbox, body: () => ({ number: '+15005550000' }), also: ['conflict'] },
  changeNumber: {
    needs: 'administers',
    params: noNumber,
    body: () => ({ primary: true }),
    also: ['not_found'],
  },
  releaseNumber: { needs: 'admin', params: noNumber, also: ['not_found'] },
  listOptOuts: { needs: 'sees', params: inbox },
  putOptOut: { needs: 'reply', params: inbox, body: () => NO_PAIR, also: ['not_found'] },
  removeOptOut: { needs: 'reply', params: inbox, body: () => NO_PAIR, also: ['not_found'] },
  getCampaign: { needs: 'admin', params: team },
  putCampaign: { needs: 'admin', params: team, body: () => CAMPAIGN, also: ['conflict'] },
  submitCampaign: { needs: 'admin', params: team, also: ['not_found', 'conflict'] },

  listTeams: { needs: 'admin' },
  createTeam: { needs: 'admin', body: () => ({ name: fresh() }) },
  changeTeam: { needs: 'admin', params: team, body: () => ({ name: 'Shop' }) },
  addToTeam: { needs: 'admin', params: (on) => ({ ...team(on), agent: on.colleague }) },
  removeFromTeam: {
    needs: 'admin',
    params: (on) => ({ ...team(on), agent: 'agt_nobody' }),
    also: ['not_found'],
  },
  listAudit: { needs: 'admin' },

  listApiKeys: { needs: 'signed-in' },
  createApiKey: { needs: 'sign-in', body: () => ({ name: fresh() }) },
  revokeApiKey: { needs: 'signed-in', params: () => ({ key: 'key_nobodys' }), also: ['not_found'] },
  listTokenIssuers: { needs: 'admin' },
  createTokenIssuer: {
    needs: 'admin-sign-in',
    body: () => ({
      name: fresh(),
      kind: 'hs256',
      issuer: `https://${fresh()}.example`,
      audience: 'x',
      allowedOrigins: [],
      secret: 'x'.repeat(40),
    }),
  },
  endTokenIssuer: { needs: 'admin', params: () => ({ issuer: 'iss_nobodys' }), also: ['not_found'] },

  listConversations: { needs: 'read', query: inbox },
  getConversation: { needs: 'read', params: conversation },
  listEntries: { needs: 'read', params: conversation, query: () => ({ before: '1' }) },
  listEarlier: { needs: 'read', params: conversation },
  getCounts: { needs: 'signed-in' },
  setStatus: { needs: 'reply', params: conversation, body: () => ({ status: 'open' }) },
  setSnooze: { needs: 'reply', params: conversation, body: () => ({ until: Date.now() + 3_600_000 }) },
  setAssignee: { needs: 'reply', params: conversation, body: () => ({ assigneeId: null }) },
  getAssignment: { needs: 'sees', params: inbox },
  changeAssignment: { needs: 'administers', params: inbox, body: () => ({ cap: 20 }) },
  listAssignees: { needs: 'signed-in' },
  listViews: { needs: 'signed-in' },
  createView: { needs: 'signed-in', body: () => ({ name: 'x', filter: {} }), also: ['limit'] },
  changeView: { needs: 'signed-in', params: noView, body: () => ({ name: 'x' }), also: ['not_found'] },
  removeView: { needs: 'signed-in', params: noView, also: ['not_found'] },
  setRead: { needs: 'read', params: conversation, body: () => ({ read: 1 }) },
  listAccounts: { needs: 'signed-in' },
  setDefaultInbox: { needs: 'reply', body: ({ inbox: id }) => ({ inboxId: id }) },
  findContacts: { needs: 'signed-in', query: () => ({ text: 'cora' }) },
  checkCompose: { needs: 'reply', body: composed },
  compose: { needs: 'reply', body: (on) => ({ ...composed(on), clientId: freshId(), body: 'x' }) },
  sendReply: {
    needs: 'reply',
    params: conversation,
    body: () => ({ clientId: fresh(), body: 'x' }),
    also: LOCK,
  },
  retryReply: { needs: 'reply', params: (on) => ({ ...conversation(on), position: 1 }), also: ['not_found'] },
  dropReply: { needs: 'reply', params: (on) => ({ ...conversation(on), position: 1 }), also: ['not_found'] },
  undoReply: { needs: 'reply', params: (on) => ({ ...conversation(on), position: 1 }), also: ['not_found'] },
  prepareReply: { needs: 'reply', params: conversation },
  addNote: { needs: 'read', params: conversation, body: () => ({ clientId: fresh(), body: 'x' }) },
  saveDraft: {
    needs: 'reply',
    params: (on) => ({ ...conversation(on), kind: 'reply' }),
    body: () => ({ body: 'x', revision: 0 }),
    also: ['conflict'],
  },

  getSending: { needs: 'signed-in' },
  changeSending: { needs: 'signed-in', body: () => ({ mine: null }) },
  getMySignature: { needs: 'signed-in' },
  putMySignature: { needs: 'signed-in', body: () => ({ body: 'x' }) },
  removeMySignature: { needs: 'signed-in' },
  getInboxSignature: { needs: 'sees', params: inbox },
  putInboxSignature: { needs: 'administers', params: inbox, body: () => ({ body: 'x' }) },
  removeInboxSignature: { needs: 'administers', params: inbox },

  getHoursPresets: { needs: 'signed-in' },
  getInboxHours: { needs: 'sees', params: inbox },
  changeInboxHours: { needs: 'administers', params: inbox, body: () => ({ hours: null }) },
  previewInboxHours: { needs: 'sees', params: inbox },
  tryInboxHours: { needs: 'sees', params: inbox, body: () => ({ hours: null }) },
  getMyHours: { needs: 'signed-in' },
  changeMyHours: { needs: 'signed-in', body: () => ({ hours: null }) },
  previewMyHours: { needs: 'signed-in' },
  tryMyHours: { needs: 'signed-in', body: () => ({ hours: null }) },
  getAgentHours: { needs: 'admin', params: (on) => ({ agent: on.colleague }) },
  changeAgentHours: {
    needs: 'admin',
    params: (on) => ({ agent: on.colleague }),
    body: () => ({ hours: null }),
  },

  scheduleReply: {
    needs: 'reply',
    params: conversation,
    body: () => ({ clientId: fresh(), lastSeen: 0, body: 'x', sendAt: Number.MAX_SAFE_INTEGER }),
    also: ['invalid'],
  },
  listScheduledOf: { needs: 'read', params: conversation },
  listScheduled: { needs: 'signed-in' },
  changeScheduled: {
    needs: 'signed-in',
    params: () => ({ scheduled: 'sch_nobodys' }),
    body: () => ({}),
    also: ['not_found'],
  },
  cancelScheduled: {
    needs: 'signed-in',
    params: () => ({ scheduled: 'sch_nobodys' }),
    also: ['not_found'],
  },

  getEntryHtml: { needs: 'read', params: entry },
  getEntryRaw: { needs: 'read', params: entry },
  importMail: { needs: 'administers', params: inbox, bytes: 'Subject: An import\r\n\r\nText\r\n' },
  listMails: { needs: 'read', query: inbox },
  getMail: { needs: 'read', params: mail },
  getMailRaw: { needs: 'read', params: mail },

  acquireLock: {
    needs: 'reply',
    people: true,
    params: conversation,
    body: () => ({ requestId: fresh() }),
    also: LOCK,
  },
  moveLock: {
    needs: 'reply',
    people: true,
    params: conversation,
    body: () => ({ requestId: fresh() }),
    also: LOCK,
  },
  renewLock: { needs: 'read', params: conversation, body: () => ({ fence: 1, session }), also: LOCK },
  releaseLock: { needs: 'read', params: conversation, body: () => ({ fence: 1, session }) },
  takeOverLock: {
    needs: 'takes-over',
    people: true,
    params: ({ held }) => ({ conversation: held }),
    body: () => ({ requestId: fresh() }),
    also: LOCK,
  },
  handOverLock: {
    needs: 'read',
    params: conversation,
    body: (on) => ({ fence: 1, session, to: on.colleague }),
    also: [...LOCK, 'forbidden'],
  },
  lockHistory: { needs: 'read', params: conversation },

  uploadAttachment: { needs: 'signed-in', query: () => ({ name: 'x.txt' }), bytes: 'x' },
  linkAttachment: { needs: 'read', params: ({ attachment }) => ({ attachment }) },
};

/** The same route with an input that needs something else. */
export const FURTHER_REST_LINES: readonly (readonly [string, RestLine])[] = [
  ['listInboxes', { needs: 'admin', query: () => ({ scope: 'all' }) }],
  ['lockHistory', { needs: 'read', params: conversation, query: () => ({ format: 'csv' }) }],
  [
    'saveDraft',
    {
      needs: 'read',
      params: (on) => ({ ...conversation(on), kind: 'note' }),
      body: () => ({ body: 'x', revision: 0 }),
      also: ['conflict'],
    },
  ],
  [
    'sendReply',
    {
      needs: 'reply',
      params: conversation,
      body: () => ({ clientId: fresh(), body: 'x', lastSeen: 1, fence: 1, session }),
      also: LOCK,
    },
  ],
];
