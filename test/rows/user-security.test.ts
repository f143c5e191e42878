/** T14 and H3 over REST: how people prove who they are, and what they are mailed for it. */
import { totpAt } from '@latchbox/server/src/users/totp.ts';
import { changeAgent } from '@latchbox/shared/http/agents';
import { listAudit } from '@latchbox/shared/http/audit';
import { listInboxes } from '@latchbox/shared/http/inboxes';
import * as security from '@latchbox/shared/http/security';
import { signIn } from '@latchbox/shared/http/sign-in';
import * as users from '@latchbox/shared/http/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { signInOver } from '../tools/rest-client.ts';
import { refusal } from '../tools/scenario.ts';
import { type SmtpSink, startSmtpSink } from '../tools/smtp-sink.ts';
import { connectWire } from '../tools/wire-client.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';
import { OTHER, PASSWORD, ruled, tokenIn, usersOf } from './users-stage.ts';

let world: World;
let sink: SmtpSink;
const { anyone, admin, at, emailOf, signedIn, invited, joined } = usersOf(() => world);

beforeAll(async () => {
  sink = await startSmtpSink();
  world = await startWorld({
    seed: {
      inboxes: { front: { lockOn: 'compose', times: SHORT, conversations: 1 } },
      agents: {
        ana: { password: PASSWORD },
        cem: {},
        mia: { role: 'admin', capability: 'manage', password: PASSWORD },
      },
    },
    env: { SMTP_URL: sink.url, SMTP_PORT: '0', PUBLIC_URL: 'https://desk.shop.example' },
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

/** The text of the newest mail to an address whose subject fits, and the secret in it. */
async function mailTo(address: string, subject: RegExp, nth = 1) {
  const found = await eventually(`mail ${nth} to ${address}: ${subject.source}`, () => {
    const all = sink.mails.filter(
      ({ to, parsed }) => to.includes(address) && subject.test(parsed.subject ?? ''),
    );
    return all.length >= nth ? all[nth - 1] : undefined;
  });
  const text = found.parsed.text ?? '';
  return { text, token: /#([\w-]{43})/.exec(text)?.[1] ?? '' };
}

const INVITES = /^mia invites you to the inbox of Test$/;
const YOURS = /^Is .* yours\?$/;
const NEW = /^A new password for Test$/;
const CHANGED = /^Your password for Test was changed$/;

test.concurrent('H3: a mailed invitation proves the address that it reached, and one to an alias says so; a link on a screen proves nothing', async () => {
  const mailed = await invited('ida', { byHand: false });
  expect([mailed.mailed, mailed.link]).toEqual([true, null]);
  const { text, token } = await mailTo(mailed.email, INVITES);
  expect(text).toContain(`https://desk.shop.example/invitation#${token}`);
  const accept = (by: string) =>
    anyone().call(users.acceptInvitation, { body: { token: by, name: 'Ida', password: PASSWORD } });
  await accept(token);
  const of = (params: { user: string }) => admin().call(users.getUser, { params });
  expect((await of(mailed.params)).verified).toMatchObject({ via: 'mail' });

  const aliased = await invited('jon', { byHand: false, sendTo: 'forward@else.example' });
  expect((await of(aliased.params)).invitation?.sentTo).toBe('forward@else.example');
  await accept((await mailTo('forward@else.example', INVITES)).token);
  expect((await of(aliased.params)).verified).toMatchObject({ via: 'alias' });

  expect((await of((await joined('kim')).params)).verified).toBeNull();
  await ruled('user_alias_of_colleague', invited('lea', { byHand: false, sendTo: 'forward@else.example' }));
  await ruled('user_alias_of_colleague', invited('lea', { byHand: false, sendTo: emailOf('ana') }));
  // Sent again, the mail before opens nothing.
  const twice = await invited('lea', { byHand: false });
  const first = await mailTo(twice.email, INVITES);
  await admin().call(users.sendInvitation, { params: twice.params, body: {} });
  const second = await mailTo(twice.email, INVITES, 2);
  await refusal('not_found', accept(first.token));
  await accept(second.token);
});

test.concurrent('H3: an address is verified by a mail to it, by one to an alias, or on an admin’s word with a reason', async () => {
  const via = async (params: { user: string }) =>
    (await admin().call(users.getUser, { params })).verified?.via;
  const [own, alias, word] = [await joined('nel'), await joined('ole'), await joined('pia')];
  expect(await own.rest.call(security.sendMyVerification)).toEqual({ mailed: true });
  const { text, token } = await mailTo(own.email, YOURS);
  expect(text).toContain(`https://desk.shop.example/verify#${token}`);
  expect(await anyone().call(users.confirmAddress, { body: { token } })).toEqual({ email: own.email });
  await refusal('not_found', anyone().call(users.confirmAddress, { body: { token } }));
  expect(await via(own.params)).toBe('mail');
  await ruled('user_is_verified', own.rest.call(security.sendMyVerification));

  const send = (params: { user: string }, body: object) =>
    admin().call(users.sendVerification, { params, body });
  await ruled('user_alias_of_colleague', send(alias.params, { via: emailOf('cem') }));
  await send(alias.params, { via: 'ole.forward@else.example' });
  const there = await mailTo('ole.forward@else.example', YOURS);
  await anyone().call(users.confirmAddress, { body: { token: there.token } });
  expect(await via(alias.params)).toBe('alias');

  const verify = (params: { user: string }, reason: string) =>
    admin().call(users.verifyUser, { params, body: { reason } });
  await refusal('invalid', verify(word.params, ''));
  await ruled('user_is_yourself', verify(at('mia').params, 'It is me'));
  await verify(word.params, 'Sat beside me when it was set up');
  expect(await via(word.params)).toBe('admin');
  await ruled('user_is_verified', verify(word.params, 'Again'));
  await ruled('user_is_verified', send(word.params, {}));
  await ruled('user_is_invited', send((await invited('quo')).params, {}));
  const { entries } = await admin().call(listAudit, { query: { action: 'user.verified' } });
  expect(entries.map(({ details }) => details['reason'])).toContain('Sat beside me when it was set up');

  // Another address is to be verified anew, and the mail of the one before opens nothing.
  const cem = at('cem').params;
  await send(cem, {});
  const before = await mailTo(emailOf('cem'), YOURS);
  const mia = await signedIn(emailOf('mia'));
  await refusal(
    'forbidden',
    admin().call(users.changeUser, { params: cem, body: { email: 'cem@new.example' } }),
  );
  await mia.call(users.changeUser, { params: cem, body: { email: 'cem@new.example' } });
  await refusal('not_found', anyone().call(users.confirmAddress, { body: { token: before.token } }));
  await send(cem, {});
  await anyone().call(users.confirmAddress, {
    body: { token: (await mailTo('cem@new.example', YOURS)).token },
  });
  expect(await via(cem)).toBe('mail');
});

test.concurrent('T14: a forgotten password: asked for alike by everybody, mailed to who has an account, set anew once', async () => {
  const rob = await joined('rob');
  const ask = (email: string) => anyone().call(security.askPasswordReset, { body: { email } });
  const waiting = await invited('sam');
  const answers = [
    await ask('nobody@shop.example'),
    await ask(waiting.email),
    await ask('no address'),
    await ask(rob.email.toUpperCase()),
  ];
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const { text, token } = await mailTo(rob.email, NEW);
  expect(text).toContain(`https://desk.shop.example/reset#${token}`);
  expect(sink.mails.flatMap(({ to }) => to)).not.toContain('nobody@shop.example');
  expect(sink.mails.flatMap(({ to }) => to)).not.toContain(waiting.email);
  const reset = (password: string) => anyone().call(security.resetPassword, { body: { token, password } });
  await refusal('invalid', reset(rob.email));
  await reset(OTHER);
  await refusal('not_found', reset(PASSWORD));
  await refusal('unauthenticated', rob.rest.call(listInboxes));
  const again = await signedIn(rob.email, OTHER);
  expect((await mailTo(rob.email, CHANGED)).text).toContain('every other sign-in has ended');
  // Whoever read that mail has shown that the address is theirs.
  expect((await again.call(security.getSecurity)).verified).toMatchObject({ via: 'mail' });
  await again.call(security.changeMyPassword, { body: { current: OTHER, password: PASSWORD } });
  await mailTo(rob.email, CHANGED, 2);
  // An admin sends a link, and is not shown it.
  const mia = await signedIn(emailOf('mia'));
  const sent = await mia.call(users.sendPasswordReset, { params: rob.params, body: {} });
  expect(sent).toEqual({ mailed: true, link: null });
  const other = await mailTo(rob.email, NEW, 2);
  await anyone().call(security.resetPassword, { body: { token: other.token, password: OTHER } });
});

const wrong = (secret: string): string => {
  const near = [-60_000, -30_000, 0, 30_000, 60_000].map((ms) => totpAt(secret, Date.now() + ms));
  return (
    ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code)) ?? ''
  );
};

test('T14: a second factor is set up, asked for, and taken once; recovery codes too', async () => {
  const { email, rest, params } = await joined('tom');
  await refusal('invalid', rest.call(security.beginFactor, { body: { password: OTHER } }));
  await ruled('user_no_factor', rest.call(security.confirmFactor, { body: { code: '123456' } }));
  const { secret, uri } = await rest.call(security.beginFactor, { body: { password: PASSWORD } });
  expect(uri).toContain(`secret=${secret}`);
  const now = (): number => Date.now();
  await refusal('invalid', rest.call(security.confirmFactor, { body: { code: wrong(secret) } }));
  const first = totpAt(secret, now());
  const { recoveryCodes } = await rest.call(security.confirmFactor, { body: { code: first } });
  expect(new Set(recoveryCodes).size).toBe(10);
  await ruled('user_factor_on', rest.call(security.beginFactor, { body: { password: PASSWORD } }));
  const half = async () => {
    const answer = await anyone().call(signIn, { body: { email, password: PASSWORD } });
    if (!('step' in answer)) throw new Error('no code was asked for');
    expect(answer.needs).toBe('code');
    return answer.step;
  };
  const enter = (step: string, code: string) =>
    anyone().call(security.signInFactor, { body: { step, code } });
  // The code that switched it on is used.
  await refusal('invalid', enter(await half(), first));
  await refusal('unauthenticated', enter('x'.repeat(43), first));
  const next = totpAt(secret, now() + 30_000);
  // The same code from two pages at once: one gets in.
  const steps = [await half(), await half()] as const;
  const both = await Promise.allSettled(steps.map((step) => enter(step, next)));
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const code = recoveryCodes[0] ?? '';
  const step = await half();
  expect(await enter(step, code.toLowerCase().replaceAll('-', ' '))).toMatchObject({ me: { email } });
  await refusal('unauthenticated', enter(step, recoveryCodes[1] ?? ''));
  await refusal('invalid', enter(await half(), code));
  expect((await rest.call(security.getSecurity)).factor).toMatchObject({ on: true, recoveryCodesLeft: 9 });
  const renewed = await rest.call(security.renewRecoveryCodes, { body: { password: PASSWORD } });
  await refusal('invalid', enter(await half(), recoveryCodes[2] ?? ''));
  await enter(await half(), renewed.recoveryCodes[0] ?? '');
  // Five wrong ones in a row, and nobody is let in for a while, with whatever code.
  for (let nth = 0; nth < 5; nth += 1) await refusal('invalid', enter(await half(), wrong(secret)));
  const limited = await refusal('rate_limited', enter(await half(), renewed.recoveryCodes[1] ?? ''));
  expect(limited.details.retryAfterMs).toBeGreaterThan(800_000);
  const mia = await signedIn(emailOf('mia'));
  await refusal('forbidden', admin().call(users.resetFactor, { params }));
  expect(await mia.call(users.resetFactor, { params })).toMatchObject({ factor: { on: false } });
  await refusal('unauthenticated', rest.call(listInboxes));
  await ruled('user_no_factor', mia.call(users.resetFactor, { params }));
  await signedIn(email);
});

test('T14: an admin asks for a second factor: it is set up on the way in, and cannot be switched off', async () => {
  const { email, rest, params } = await joined('uma');
  expect(await admin().call(users.requireFactor, { params, body: { required: true } })).toMatchObject({
    factor: { on: false, required: true },
  });
  const answer = await anyone().call(signIn, { body: { email, password: PASSWORD } });
  if (!('step' in answer)) throw new Error('nothing was asked for');
  const { step, needs } = answer;
  expect(needs).toBe('setup');
  await refusal('invalid', anyone().call(security.signInFactor, { body: { step, code: '123456' } }));
  const { secret } = await anyone().call(security.beginSignInFactor, { body: { step } });
  const confirm = (code: string) => anyone().call(security.confirmSignInFactor, { body: { step, code } });
  await refusal('invalid', confirm(wrong(secret)));
  const done = await confirm(totpAt(secret, Date.now()));
  expect(done).toMatchObject({ me: { email } });
  expect(done.recoveryCodes).toHaveLength(10);
  await refusal('unauthenticated', anyone().call(security.beginSignInFactor, { body: { step } }));
  await ruled('user_factor_required', rest.call(security.removeFactor, { body: { password: PASSWORD } }));
  await admin().call(users.requireFactor, { params, body: { required: false } });
  await rest.call(security.removeFactor, { body: { password: PASSWORD } });
  await ruled('user_no_factor', rest.call(security.removeFactor, { body: { password: PASSWORD } }));
  await ruled('user_no_factor', rest.call(security.renewRecoveryCodes, { body: { password: PASSWORD } }));
  await signedIn(email);
});

test('T14: passwords: changed by oneself, or set anew by a link that works once; sign-ins end, and are listed', async () => {
  const { email, rest, params } = await joined('val');
  const elsewhere = await signedIn(email);
  const { signIns } = await rest.call(security.listMySignIns);
  expect(signIns).toHaveLength(2);
  expect(signIns.filter(({ current }) => current)).toHaveLength(1);
  const other = signIns.find(({ current }) => !current)?.id ?? '';
  const ana = await signedIn(emailOf('ana'));
  await refusal('not_found', ana.call(security.endMySignIn, { params: { signIn: other } }));
  await rest.call(security.endMySignIn, { params: { signIn: other } });
  await refusal('not_found', rest.call(security.endMySignIn, { params: { signIn: other } }));
  await refusal('unauthenticated', elsewhere.call(listInboxes));

  const third = await signedIn(email);
  const change = (current: string, password: string) =>
    rest.call(security.changeMyPassword, { body: { current, password } });
  expect((await refusal('invalid', change(OTHER, OTHER))).details.issues[0]?.path).toBe('current');
  expect((await refusal('invalid', change(PASSWORD, 'short'))).details.issues[0]?.path).toBe('password');
  await change(PASSWORD, OTHER);
  await refusal('unauthenticated', third.call(listInboxes));
  await rest.call(listInboxes);
  await signedIn(email, OTHER);
  expect(await rest.call(security.endMyOtherSignIns)).toEqual({ ended: 1 });

  const mia = await signedIn(emailOf('mia'));
  // Whoever finds an admin's key must not come into everybody's account by it.
  await refusal('forbidden', admin().call(users.sendPasswordReset, { params, body: { byHand: true } }));
  const { link, mailed } = await mia.call(users.sendPasswordReset, { params, body: { byHand: true } });
  expect(mailed).toBe(false);
  const reset = (password: string, token = tokenIn(link)) =>
    anyone().call(security.resetPassword, { body: { token, password } });
  await refusal('invalid', reset('short'));
  await refusal('not_found', reset(PASSWORD, 'y'.repeat(43)));
  const twice = await Promise.allSettled([reset(PASSWORD), reset(PASSWORD)]);
  expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await refusal('not_found', reset(OTHER));
  await refusal('unauthenticated', rest.call(listInboxes));
  await refusal('unauthenticated', anyone().call(signIn, { body: { email, password: OTHER } }));
  await signedIn(email);

  // A link is over with whatever ends the account.
  const late = await mia.call(users.sendPasswordReset, { params, body: { byHand: true } });
  await admin().call(users.lockUser, { params });
  await refusal('not_found', reset(OTHER, tokenIn(late.link)));
  await ruled('user_is_locked', mia.call(users.sendPasswordReset, { params, body: { byHand: true } }));
});

test('T14: signed out by an admin everywhere at once', async () => {
  const ana = { email: emailOf('ana'), password: PASSWORD };
  const { token } = await signInOver(anyone(), ana);
  const rest = await signedIn(ana.email);
  const wire = await connectWire({ url: world.server().url, token, name: 'ana' });
  const { signIns } = await admin().call(users.listUserSignIns, at('ana'));
  expect(signIns.length).toBeGreaterThan(0);
  await admin().call(users.endUserSignIns, at('ana'));
  await refusal('unauthenticated', rest.call(listInboxes));
  await eventually('the socket is closed', () => !wire.connected);
  expect((await admin().call(users.listUserSignIns, at('ana'))).signIns).toEqual([]);
  await eventually('the audit has it', async () => {
    const { entries } = await admin().call(listAudit, { query: { action: 'user.signed_out' } });
    return entries.length === 1;
  });
});

test('T14: nobody sets somebody else’s password: not an admin, and not by a key', async () => {
  const params = { agent: world.agent('ana').id };
  const body = { password: OTHER } as object;
  await refusal('invalid', admin().call(changeAgent, { params, body }));
  await refusal('invalid', (await signedIn(emailOf('mia'))).call(changeAgent, { params, body }));
  await refusal(
    'unauthenticated',
    anyone().call(signIn, { body: { email: emailOf('ana'), password: OTHER } }),
  );
  await signedIn(emailOf('ana'));
});
