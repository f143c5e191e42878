/** An account from its invitation to its end, as a help page tells it; pages as they stand at first are looked at in `every-page`. */
import { readFile } from 'node:fs/promises';
import { totpAt } from '@latchbox/server/src/users/totp.ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, PATIENCE, see, signIn } from './inbox-page.ts';

const EMAIL = 'ida.lund@fernhillpaper.example';
const PASSWORD = 'kingfisher over slow water';
const SECOND = 'heron under quick clouds';

/** Whether something is wider than the window. */
const isWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

async function signOut(page: Page): Promise<void> {
  await page.goto(new URL('/', page.url()).href);
  await page.getByRole('button', { name: /^Ida/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await see(page.getByLabel('Password'));
}

async function passwordOf(page: Page, password: string): Promise<void> {
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Password').press('Enter');
}

test('T14, H3, T9: invited, accepted, a second factor, recovery, locked, a new password, deactivated with hand-on, and all of it in the audit', async () => {
  await using sink = await startSmtpSink();
  await using server = await startServer({ env: { SMTP_PORT: '0', SMTP_URL: sink.url } });
  await using stage = await openStage('users');
  const admin = await stage.person('mara');
  const ida = await stage.person('ida');
  const main = admin.getByRole('main');
  const mine = ida.getByRole('main');
  const clean = async (page: Page) => expect(await axeFinds(page, 'all')).toEqual([]);
  /** The path and secret of the link in a mail, to Ida if nobody else is named. */
  const linkOf = async (subject: RegExp, address = EMAIL): Promise<string> => {
    const mail = await sink.mail(
      subject.source,
      ({ to, parsed }) => to.includes(address) && subject.test(parsed.subject ?? ''),
      PATIENCE,
    );
    return /\/\w+#[\w-]{43}/.exec(mail.parsed.text ?? '')?.[0] ?? '';
  };
  let secret = '';
  let codes: string[] = [];

  await stage.step('an admin invites by keys alone', async () => {
    await signIn(admin, server.url, demoAgent('Mara Okafor'));
    await admin.keyboard.press('g');
    await admin.keyboard.press(',');
    await admin.getByRole('link', { name: 'Users', exact: true }).press('Enter');
    await see(main.getByRole('link', { name: 'Jonas Lind' }));
    await stage.shoot(admin, 'users');
    await main.getByRole('button', { name: 'Invite somebody' }).press('Enter');
    await main.getByLabel('Email').pressSequentially(EMAIL);
    await main.getByRole('checkbox', { name: 'Orders' }).press(' ');
    await stage.shoot(admin, 'invite');
    await main.getByRole('button', { name: 'Invite', exact: true }).press('Enter');
    await see(main.getByText('The invitation is on its way to'));
    await stage.shoot(admin, 'invited');
  });

  await stage.step('the invited person accepts and is in', async () => {
    await ida.goto(server.url + (await linkOf(/invites you/)));
    await see(ida.getByRole('heading', { name: /^Welcome to/ }));
    await stage.shoot(ida, 'accept');
    await clean(ida);
    await ida.getByLabel('Your name').fill('Ida Lund');
    await ida.getByLabel('New password', { exact: true }).fill('short');
    await ida.getByLabel('New password', { exact: true }).press('Enter');
    await see(ida.locator('.field-error'));
    await stage.shoot(ida, 'too-short');
    await ida.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await ida.getByLabel('New password', { exact: true }).press('Enter');
    await see(ida.getByRole('link', { name: /^Orders/ }));
  });

  await stage.step('a second factor is set up', async () => {
    await ida.goto(`${server.url}/settings/security`);
    await see(mine.getByText(/Verified by a mail to it/));
    await stage.shoot(ida, 'security');
    await mine.getByRole('button', { name: 'Set up' }).press('Enter');
    await mine.getByLabel('Your password').fill('not it at all');
    await mine.getByLabel('Your password').press('Enter');
    await see(mine.getByText('Is not right.'));
    await mine.getByLabel('Your password').fill(PASSWORD);
    await mine.getByLabel('Your password').press('Enter');
    await see(mine.getByRole('img', { name: /QR code/ }));
    await stage.shoot(ida, 'qr');
    await clean(ida);
    secret = ((await mine.locator('.factor-secret').textContent()) ?? '').replaceAll(' ', '');
    await mine.getByLabel('Code', { exact: true }).fill(totpAt(secret, Date.now()));
    await mine.getByLabel('Code', { exact: true }).press('Enter');
    await see(mine.getByRole('list', { name: 'Recovery codes' }));
    await stage.shoot(ida, 'recovery-codes');
    await clean(ida);
    codes = await mine.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents();
    expect(codes).toHaveLength(10);
    await mine.getByRole('button', { name: 'I have kept them' }).press('Enter');
    await see(mine.getByText(/10 recovery codes are left/));
  });

  await stage.step('a sign-in asks for a code, or takes a recovery code', async () => {
    await signOut(ida);
    await passwordOf(ida, PASSWORD);
    await see(ida.getByRole('heading', { name: 'One more step' }));
    await stage.shoot(ida, 'code');
    await clean(ida);
    await ida.getByLabel('Code').fill('000 000');
    await ida.getByLabel('Code').press('Enter');
    await see(ida.locator('.field-error'));
    // The code that switched it on is used; the next one counts already.
    await ida.getByLabel('Code').fill(totpAt(secret, Date.now() + 30_000));
    await ida.getByLabel('Code').press('Enter');
    await see(ida.getByRole('link', { name: /^Orders/ }));
    await signOut(ida);
    await passwordOf(ida, PASSWORD);
    await ida.getByRole('button', { name: 'Use a recovery code' }).press('Enter');
    await ida.getByLabel('Recovery code').fill(codes[0]?.toLowerCase() ?? '');
    await stage.shoot(ida, 'recovery');
    await ida.getByLabel('Recovery code').press('Enter');
    await see(ida.getByRole('link', { name: /^Orders/ }));
  });

  await stage.step('a seat is locked, and unlocked', async () => {
    await admin.goto(`${server.url}/settings/users`);
    await main.getByRole('link', { name: 'Ida Lund' }).press('Enter');
    await see(main.getByRole('button', { name: 'Lock', exact: true }));
    await stage.shoot(admin, 'user');
    await main.getByRole('button', { name: 'Lock', exact: true }).press('Enter');
    await see(main.getByRole('button', { name: 'Unlock' }));
    await stage.shoot(admin, 'locked');
    await clean(admin);
    await see(ida.getByText('You were signed out.'));
    await passwordOf(ida, PASSWORD);
    await see(ida.getByText('That did not match.'));
    await main.getByRole('button', { name: 'Unlock' }).press('Enter');
    await see(main.getByRole('button', { name: 'Lock', exact: true }));
  });

  await stage.step('a forgotten password', async () => {
    await ida.getByRole('link', { name: 'Forgot your password?' }).press('Enter');
    await ida.getByLabel('Email').fill(EMAIL);
    await stage.shoot(ida, 'forgot');
    await ida.getByLabel('Email').press('Enter');
    await see(ida.getByRole('heading', { name: 'Look into your mail' }));
    await stage.shoot(ida, 'asked');
    await ida.goto(server.url + (await linkOf(/^A new password/)));
    await ida.getByLabel('New password', { exact: true }).fill(SECOND);
    await stage.shoot(ida, 'reset');
    await ida.getByLabel('New password', { exact: true }).press('Enter');
    await ida.getByRole('link', { name: 'Sign in' }).press('Enter');
    await passwordOf(ida, SECOND);
    await ida.getByRole('button', { name: 'Use a recovery code' }).press('Enter');
    await ida.getByLabel('Recovery code').fill(codes[1] ?? '');
    await ida.getByLabel('Recovery code').press('Enter');
    await see(ida.getByRole('link', { name: /^Orders/ }));
  });

  await stage.step('deactivated, with hand-on', async () => {
    await ida
      .getByRole('link', { name: /^Orders/ })
      .first()
      .click();
    const inbox = agentPage(ida);
    await ida.getByRole('list').getByRole('link', { name: /, / }).first().click();
    await inbox.reply.click();
    await inbox.reply.pressSequentially('Half an answer');
    await see(inbox.composer.getByText(/^Yours since/));
    await see(inbox.composer.getByText('Draft saved'));
    await admin.reload();
    await main.getByRole('button', { name: 'Deactivate…' }).press('Enter');
    await see(main.getByText('1 conversation held right now'));
    await stage.shoot(admin, 'leaves-behind');
    await clean(admin);
    await main.getByLabel('Conversations held').selectOption({ label: 'Mara Okafor' });
    await main.getByRole('button', { name: 'Deactivate Ida Lund' }).press('Enter');
    await see(main.getByText('Ida Lund is deactivated.'));
    await see(main.getByText(/1 conversation (handed over|released)/));
    await stage.shoot(admin, 'deactivated');
    await clean(admin);
    await see(ida.getByText('You were signed out.'));
    await stage.shoot(ida, 'signed-out');
    await main.getByRole('button', { name: 'Done' }).press('Enter');
    await see(main.getByRole('button', { name: /^Reactivate/ }));
  });

  await stage.step('a factor that an admin requires is set up on the way in, on a phone', async () => {
    await admin.goto(`${server.url}/settings/users`);
    await main.getByRole('link', { name: 'Jonas Lind' }).press('Enter');
    await main.getByRole('button', { name: 'Require it' }).press('Enter');
    await see(main.getByText('Off, and required'));
    const jonas = await stage.person('jonas', { width: 380, dark: true });
    const { email, password } = demoAgent('Jonas Lind');
    await jonas.goto(server.url);
    await jonas.getByLabel('Email').fill(email);
    await jonas.getByLabel('Password').fill(password);
    await jonas.getByLabel('Password').press('Enter');
    await see(jonas.getByRole('img', { name: /QR code/ }));
    await stage.shoot(jonas, 'phone-required');
    await clean(jonas);
    expect(await isWide(jonas)).toBe(false);
    const key = ((await jonas.locator('.factor-secret').textContent()) ?? '').replaceAll(' ', '');
    await jonas.getByLabel('Code', { exact: true }).fill(totpAt(key, Date.now()));
    await jonas.getByLabel('Code', { exact: true }).press('Enter');
    await see(jonas.getByRole('heading', { name: 'Keep these codes' }));
    await stage.shoot(jonas, 'phone-keep');
    await clean(jonas);
    await jonas.getByRole('button', { name: 'I have kept them' }).press('Enter');
    await see(jonas.getByRole('heading', { level: 1 }));
    await expect.poll(() => jonas.getByRole('heading', { name: 'Keep these codes' }).count()).toBe(0);
  });

  await stage.step('another address is verified by the link that is mailed to it', async () => {
    await main.getByLabel('Email').fill('jonas@lind.example');
    await main.getByRole('button', { name: 'Save' }).press('Enter');
    await main.getByRole('button', { name: 'Mail them a link' }).press('Enter');
    await see(main.getByText('A link is on its way.'));
    await stage.shoot(admin, 'to-verify');
    await clean(admin);
    await ida.goto(server.url + (await linkOf(/^Is .* yours/, 'jonas@lind.example')));
    await see(ida.getByRole('button', { name: 'It is mine' }));
    await stage.shoot(ida, 'verify');
    await ida.getByRole('button', { name: 'It is mine' }).press('Enter');
    await see(ida.getByRole('heading', { name: 'Your address is verified' }));
    await admin.reload();
    await see(main.getByText('jonas@lind.example is verified.'));
  });

  await stage.step('the audit', async () => {
    await admin.getByRole('link', { name: 'Audit', exact: true }).press('Enter');
    await see(main.getByRole('list', { name: /^Acts/ }));
    await stage.shoot(admin, 'audit');
    await main.getByLabel('Act', { exact: true }).fill('user.locked');
    await main.getByLabel('Who').selectOption({ label: 'Mara Okafor' });
    await main.getByLabel('Act', { exact: true }).press('Enter');
    await expect
      .poll(() => main.getByRole('list', { name: /^Acts/ }).getByRole('listitem').count(), {
        timeout: PATIENCE,
      })
      .toBe(1);
    await stage.shoot(admin, 'audit-narrowed');
    await clean(admin);
    const [file] = await Promise.all([
      admin.waitForEvent('download'),
      main.getByRole('button', { name: 'Save as CSV' }).press('Enter'),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('user.locked');
  });

  await stage.step('on a phone, in the dark', async () => {
    await admin.setViewportSize({ width: 380, height: 800 });
    await admin.emulateMedia({ colorScheme: 'dark' });
    await admin.goto(`${server.url}/settings/users`);
    await main.getByRole('link', { name: 'Jonas Lind' }).click();
    await see(main.getByRole('button', { name: 'Deactivate…' }));
    await stage.shoot(admin, 'phone-user');
    await main.getByRole('button', { name: 'Deactivate…' }).click();
    await see(main.getByText('To whom it goes'));
    await stage.shoot(admin, 'phone-leaves-behind');
    await clean(admin);
    expect(await isWide(admin)).toBe(false);
  });
  expect(stage.errors).toEqual([]);
}, 120_000);
