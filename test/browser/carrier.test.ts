import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, signIn } from './inbox-page.ts';

test('a customer’s phone texts on the carrier page, an agent answers from the inbox, and the phone shows it', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('carrier');
  const mara = await stage.person('mara', { width: 1280 });
  await signIn(mara, server.url, demoAgent('Mara Okafor'));
  const agent = agentPage(mara);
  const phone = await stage.tab(mara, 'phone');
  await phone.goto(`${server.url}/carrier`);
  await phone.getByRole('button', { name: '+447700900774' }).click();
  await see(phone.getByRole('heading', { name: '+447700900774' }));
  await phone.getByLabel('Text', { exact: true }).fill('And is clay provided?');
  await phone.getByRole('button', { name: 'Send' }).click();
  await see(phone.getByRole('log').getByText('And is clay provided?'));

  await agent.openInbox('Texts');
  await mara.locator('[data-row]').first().click();
  await see(mara.getByText('And is clay provided?').last());
  await see(agent.composer);
  await agent.reply.fill('Everything is, bring an apron');
  await see(agent.composer.getByText('1 segment, 131 left'));
  await agent.send.click();
  await see(phone.getByRole('log').getByText('Everything is, bring an apron'));
  await see(phone.getByRole('button', { name: 'Make it undelivered' }));
  await stage.shoot(phone, 'phone');
  expect(await axeFinds(phone)).toEqual([]);

  // Whoever wants no more texts is told of before the next one is written, and stands as an event in the thread.
  await phone.getByLabel('Text', { exact: true }).fill('STOP');
  await phone.getByRole('button', { name: 'Send' }).click();
  const warned = agent.composer.getByRole('note', { name: 'Good to know before you write' });
  await see(warned.getByText('Wants no texts'));
  await see(mara.getByText(/wants no more texts/));
  await agent.reply.fill('One more thing');
  await expect.poll(() => agent.send.isDisabled()).toBe(true);
  await stage.shoot(mara, 'stopped');
  expect(await axeFinds(mara)).toEqual([]);
  await agent.reply.fill('');

  await phone.getByRole('button', { name: 'What carriers do' }).click();
  await see(phone.getByRole('heading', { name: 'What carriers do' }));
  await stage.shoot(phone, 'carriers');
  expect(await axeFinds(phone)).toEqual([]);
  await phone.getByRole('button', { name: 'New phone' }).click();
  await see(phone.getByLabel('Number of the phone'));
  expect(await axeFinds(phone)).toEqual([]);

  const stranger = await stage.person('stranger');
  await stranger.goto(`${server.url}/carrier`);
  await see(stranger.getByRole('alert').getByText('Sign in as an admin'));
  expect(await axeFinds(stranger)).toEqual([]);
  expect(stage.errors).toEqual([]);
}, 90_000);
