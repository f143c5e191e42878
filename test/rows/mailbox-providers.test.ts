/** Mailboxes at servers that offer no more than big providers were recorded to offer after the sign-in; their own servers are asked by nobody here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CORA, type MailboxStage, mailOf, startMailboxStage } from './mailbox-stage.ts';

/**
 * As clients wrote them down: Gmail's without X-GM-EXT-1, XLIST, UTF8=ACCEPT and XYZZY, which Dovecot does not speak and which nothing here asks for.
 * Exchange has no SPECIAL-USE, CONDSTORE, ENABLE or LIST-STATUS.
 */
const RECORDED = [
  {
    who: 'Gmail',
    address: 'gmail@shop.example',
    offers:
      'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID CHILDREN UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584',
  },
  {
    who: 'Microsoft 365',
    address: 'exchange@shop.example',
    offers:
      'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+',
  },
] as const;

let stage: MailboxStage;
beforeAll(async () => {
  stage = await startMailboxStage(
    ['help'],
    RECORDED.map(({ address }) => address),
  );
}, 60_000);
afterAll(async () => await stage[Symbol.asyncDispose]());

test.each(RECORDED)(
  'O3: with what $who was recorded to offer, mail comes in by OAuth2, at once, and sent mail is found',
  {
    timeout: 60_000,
  },
  async ({ who, address, offers }) => {
    const { provider } = stage;
    await provider.dovecot.stop();
    await provider.dovecot.start(offers);
    const { incoming } = provider.account(address);
    await provider.append(address, 'INBOX', mailOf({ to: address, subject: `${who} before` }));
    const mailbox = await stage.connect('help', address, {
      incoming: { ...incoming, auth: 'oauth2', copySent: false },
      oauth2: {
        tokenUrl: `${provider.tokens.url}/token`,
        clientId: 'latchbox',
        clientSecret: 'app-geheim',
        refreshToken: provider.tokens.grant(address),
      },
    });
    await stage.thread(`${who} before`);
    const id = `${mailbox.id}@quist.example`;
    await provider.swaks({
      from: CORA,
      to: address,
      subject: `${who} now`,
      headers: { 'Message-ID': `<${id}>` },
    });
    await stage.thread(`${who} now`);
    const answer = {
      from: address,
      to: CORA,
      subject: `Re: ${who} now`,
      headers: { 'In-Reply-To': `<${id}>` },
    };
    await provider.append(address, 'Sent', mailOf(answer));
    const { entries } = await stage.thread(`${who} now`, (all) => all.length > 1);
    expect(entries[1]).toMatchObject({ mail: { sentElsewhere: true } });
  },
);
