/** A member who is taken out of an inbox while writing there: gone from the open page within a second, and free for the others (H2). */
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
/** What takes effect "at once": a second, and another for two pages of browsers that share two processors with other tests, ms. */
const SOON = 1_000 + 1_000;

test('H2: a member who is removed while typing loses inbox, lock and draft in the open page within a second', async () => {
  await using server = await startServer();
  await using stage = await openStage('access-lost');
  const [pageJ, pageT] = [await stage.person('jonas'), await stage.person('tess')];
  await writeAsCustomer(await stage.person('customer'), server.url, LETTER);
  const rest = await adminRest(server.url);
  const params = { inbox: 'orders', agent: await idOf(rest, 'Jonas Lind') };
  const [jonas, tess] = [agentPage(pageJ), agentPage(pageT)];
  for (const [page, name] of [
    [pageJ, 'Jonas Lind'],
    [pageT, 'Tess Amiri'],
  ] as const) {
    await signIn(page, server.url, demoAgent(name));
    await agentPage(page).openInbox('Orders');
  }
  await jonas.open(LETTER.name);
  await see(jonas.composer.getByText(/^Yours since/));
  await jonas.reply.pressSequentially(DRAFT, { delay: 5 });
  await see(jonas.composer.getByText('Draft saved'));
  await tess.open(LETTER.name);
  await see(tess.bar.getByText(/Jonas/));
  await stage.shoot(pageT, 'before');

  await stage.step('removed while typing', async () => {
    const typing = jonas.reply
      .pressSequentially(' typing and typing and typing', { delay: 40 })
      .catch(() => {});
    await rest.call(removeMember, { params });
    const since = performance.now();
    await jonas.composer.waitFor({ state: 'detached', timeout: SOON });
    await pageJ
      .getByRole('link', { name: /^Orders/ })
      .first()
      .waitFor({ state: 'detached', timeout: SOON });
    expect(performance.now() - since).toBeLessThan(SOON);
    await see(tess.composer.getByText('Free', { exact: true }), SOON);
    await typing;
    await expect.poll(() => pageJ.getByText(LETTER.subject).count()).toBe(0);
    await stage.shoot(pageJ, 'gone');
    await stage.shoot(pageT, 'free');
    expect(await axeFinds(pageJ, 'all')).toEqual([]);
  });

  await stage.step(
    'a colleague answers; let in again, the page has it without being loaded anew',
    async () => {
      await tess.reply.pressSequentially('Dear Milo, we do.', { delay: 5 });
      await see(tess.composer.getByText(/^Yours since/));
      await tess.send.click();
      await see(tess.message('Reply from you').getByText('Dear Milo, we do.'));
      await rest.call(putMember, { params, body: { capability: 'reply' } });
      await jonas.openInbox('Orders');
      await jonas.open(LETTER.name);
      await see(jonas.message('Reply from Tess Amiri').getByText('Dear Milo, we do.'));
      await stage.shoot(pageJ, 'again');
    },
  );
  expect(stage.errors).toEqual([]);
}, 60_000);
