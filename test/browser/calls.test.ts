import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, signIn } from './inbox-page.ts';

test('W2, W3: calls stand in the thread, a voicemail can be heard, and a call is begun beside the contact', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('calls');
  const mara = await stage.person('mara', { width: 1440 });
  await signIn(mara, server.url, demoAgent('Mara Okafor'));
  await agentPage(mara).openInbox('Texts');
  await mara.locator('[data-row]', { hasText: '900861' }).click();
  await see(mara.getByRole('article', { name: 'Missed call, nobody answered' }));
  await see(mara.getByText('I would like a guest book in dark blue linen'));
  const heard = mara.getByLabel('Voicemail');
  await see(heard);
  // It has been read as far as its length: nine seconds.
  await expect
    .poll(() => heard.evaluate((audio) => Math.round((audio as HTMLAudioElement).duration)), {
      timeout: 5_000,
    })
    .toBe(9);
  await stage.shoot(mara, 'thread');
  expect(await axeFinds(mara)).toEqual([]);

  // Who has no phone yet is asked for one.
  const button = mara.getByRole('button', { name: 'Call +44 7700 900861' });
  await button.click();
  await mara.getByRole('menuitemradio', { name: /\+447700900100/ }).click();
  const dialog = mara.getByRole('dialog', { name: 'Your phone' });
  await see(dialog);
  await dialog.getByLabel('Number').fill('+44 7700 900700');
  await stage.shoot(mara, 'own-phone');
  expect(await axeFinds(mara)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await button.click();
  await stage.shoot(mara, 'menu');
  await mara.getByRole('menuitemradio', { name: /\+447700900100/ }).click();
  await see(mara.getByRole('article', { name: 'Calling, your phone rings' }));

  const phones = await stage.tab(mara, 'phones');
  await phones.goto(`${server.url}/carrier`);
  await phones.getByRole('button', { name: 'Calls' }).click();
  const own = phones.getByRole('article', { name: 'Phone +447700900700' });
  await own.getByRole('button', { name: 'Pick up' }).click();
  await own.getByRole('button', { name: 'Press 1' }).click();
  const theirs = phones.getByRole('article', { name: 'Phone +447700900861' });
  await theirs.getByRole('button', { name: 'Pick up' }).click();
  await see(mara.getByRole('article', { name: 'On the phone, with you' }));
  await stage.shoot(phones, 'carrier');
  expect(await axeFinds(phones)).toEqual([]);
  await theirs.getByRole('button', { name: 'Hang up' }).click();
  await see(mara.getByRole('article', { name: /^Outgoing call, by you, 0:0/ }));
  await stage.shoot(mara, 'called');
  expect(stage.errors).toEqual([]);
}, 90_000);
