/** Access that was lost and given back: the composer is to be used again, with the text that was in it, and the page is not loaded anew. */
import { putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { adminRest, idOf } from './admin-rest.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { agentPage, see, signIn, writeAsCustomer } from './inbox-page.ts';

const LETTER = {
  inbox: 'Orders',
  name: 'Milo Farrant',
  address: 'milo@farrant.example',
  subject: 'Endpapers',
  body: 'Do you have the marbled endpapers in blue as well?',
};
const DRAFT = 'Dear Milo, we do, and I keep';

test('M5, L3, L15: access that is given back gives the composer back, with the draft, in the open page', async () => {
  await using server = await startServer();
  await using stage = await openStage('access-back');
  const page = await stage.person('jonas');
  await writeAsCustomer(await stage.person('customer'), server.url, LETTER);
  const rest = await adminRest(server.url);
  const params = { inbox: 'orders', agent: await idOf(rest, 'Jonas Lind') };
  const may = (capability: 'read' | 'reply') => rest.call(putMember, { params, body: { capability } });
  const jonas = agentPage(page);
  await signIn(page, server.url, demoAgent('Jonas Lind'));
  await page.evaluate(() => Object.assign(globalThis, { sameLoad: true }));
  await jonas.openInbox('Orders');
  await jonas.open(LETTER.name);
  await see(jonas.composer.getByText(/^Yours since/));
  await jonas.reply.pressSequentially(DRAFT, { delay: 5 });
  await see(jonas.composer.getByText('Draft saved'));

  await stage.step('may only read, and then reply again: what was said of the loss is gone', async () => {
    await may('read');
    await see(jonas.bar.getByText(/you may no longer reply here/));
    await stage.shoot(page, 'reads');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await may('reply');
    await jonas.bar.getByText(/you may no longer reply here/).waitFor({ state: 'detached' });
    await jonas.composer.getByRole('tab', { name: 'Reply' }).click();
    await expect.poll(() => jonas.reply.inputValue()).toBe(DRAFT);
    await jonas.reply.press('End');
    await jonas.reply.pressSequentially(' a sheet', { delay: 5 });
    await see(jonas.composer.getByText(/^Yours since/));
    await stage.shoot(page, 'replies');
    expect(await axeFinds(page, 'all')).toEqual([]);
  });

  await stage.step('taken out and put in again: the same, where the conversation is opened', async () => {
    await rest.call(removeMember, { params });
    await jonas.composer.waitFor({ state: 'detached' });
    await may('reply');
    await jonas.openInbox('Orders');
    await jonas.open(LETTER.name);
    await see(jonas.composer.getByText(/^Yours since/));
    await expect.poll(() => jonas.bar.getByText(/you may no longer reply here/).count()).toBe(0);
    await expect.poll(() => jonas.reply.inputValue()).toBe(`${DRAFT} a sheet`);
    await jonas.reply.press('End');
    await jonas.reply.pressSequentially(' for you.', { delay: 5 });
    await jonas.send.click();
    await see(jonas.message('Reply from you').getByText(`${DRAFT} a sheet for you.`));
    await stage.shoot(page, 'sent');
  });
  expect(await page.evaluate(() => 'sameLoad' in globalThis)).toBe(true);
  expect(stage.errors).toEqual([]);
}, 60_000);
