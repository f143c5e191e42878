/** One agent, two tabs: the lock goes where it is wanted, and to nobody else on the way (L14). */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
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
const DRAFT = 'Dear Milo, we do,';

test('L14: the lock moves between two tabs of one agent, there and back, and the draft with it', async () => {
  await using server = await startServer();
  await using stage = await openStage('move-lock');
  const pageA = await stage.person('first');
  const pageC = await stage.person('customer');
  await writeAsCustomer(pageC, server.url, LETTER);
  await signIn(pageA, server.url, demoAgent('Jonas Lind'));
  const first = agentPage(pageA);
  await first.openInbox('Orders');
  await first.open(LETTER.name);
  await see(first.composer.getByText(/^Yours since/));
  await first.reply.pressSequentially(DRAFT, { delay: 5 });
  await see(first.composer.getByText('Draft saved'));

  const pageB = await stage.tab(pageA, 'second');
  await pageB.goto(pageA.url());
  const second = agentPage(pageB);
  await stage.step('the second tab knows', async () => {
    await see(second.bar.getByText('You are replying in another tab'));
    await see(second.row(LETTER.name).getByText('Other tab'));
    await expect.poll(() => second.reply.getAttribute('readonly')).not.toBeNull();
    await stage.shoot(pageB, 'elsewhere');
  });

  await stage.step('moved', async () => {
    await second.button('Move it here').click();
    await see(second.composer.getByText(/^Yours since/));
    await see(first.bar.getByText('You are replying in another tab'));
    await expect.poll(() => second.reply.inputValue(), { timeout: 10_000 }).toBe(DRAFT);
    await expect.poll(() => second.reply.evaluate((field) => field === document.activeElement)).toBe(true);
    await stage.shoot(pageA, 'moved-away');
  });

  await stage.step('written on, and moved back', async () => {
    await second.reply.press('End');
    await second.reply.pressSequentially(' in blue too.', { delay: 5 });
    await see(second.composer.getByText('Draft saved'));
    await first.button('Move it here').click();
    await see(first.composer.getByText(/^Yours since/));
    await expect.poll(() => first.reply.inputValue(), { timeout: 10_000 }).toBe(`${DRAFT} in blue too.`);
    await first.send.click();
    await see(first.message('Reply from you').getByText(`${DRAFT} in blue too.`));
    await see(second.message('Reply from you').getByText(`${DRAFT} in blue too.`));
  });
  expect(stage.errors).toEqual([]);
}, 120_000);
