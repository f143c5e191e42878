/** Taking somebody out of an inbox asks for what is theirs there, by keys; and on a phone in the dark. */
import { listConversations, setAssignee } from '@latchbox/shared/http/conversations';
import { getInbox } from '@latchbox/shared/http/inboxes';
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { adminRest, idOf } from './admin-rest.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { PATIENCE, see, signIn } from './inbox-page.ts';

test('M5, M8: whoever takes a member out, or lets one only read, is told how many conversations are theirs and says who gets them', async () => {
  await using server = await startServer({ env: { SMTP_PORT: '0' } });
  await using stage = await openStage('leaving-inbox');
  const rest = await adminRest(server.url);
  const { id: inbox } = await rest.call(getInbox, { params: { inbox: 'orders' } });
  const [jonas, tess] = [await idOf(rest, 'Jonas Lind'), await idOf(rest, 'Tess Amiri')];
  const { rows } = await rest.call(listConversations, { query: { inbox: 'orders', status: 'open' } });
  const some = rows.slice(0, 3).map(({ id }) => id);
  for (const { id, assignee } of rows) {
    const assigneeId = some.includes(id) ? jonas : assignee?.id === jonas ? null : undefined;
    if (assigneeId !== undefined)
      await rest.call(setAssignee, { params: { conversation: id }, body: { assigneeId } });
  }
  const whose = async () => {
    const now = await rest.call(listConversations, { query: { inbox: 'orders', status: 'open' } });
    return some.map((id) => now.rows.find((row) => row.id === id)?.assignee?.id ?? null);
  };
  const page = await stage.person('mara');
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const openMembers = async (): Promise<void> => {
    await page.goto(`${server.url}/settings/members/${inbox}`);
    await see(main.getByRole('list', { name: 'Members of Orders' }));
  };

  await stage.step('to a reader, with the conversations to a colleague', async () => {
    await openMembers();
    await main.getByLabel('What Jonas Lind may do').selectOption({ label: 'Reads' });
    await see(dialog.getByText(/^3 conversations are assigned to them here/));
    await stage.shoot(page, 'reads');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep' }).press('Enter');
    await expect.poll(() => main.getByLabel('What Jonas Lind may do').inputValue()).not.toBe('read');
    await main.getByLabel('What Jonas Lind may do').selectOption({ label: 'Reads' });
    await dialog.getByLabel('Assigned conversations').selectOption({ label: 'To Tess Amiri' });
    await dialog.getByRole('button', { name: 'Only read' }).press('Enter');
    await see(main.getByText('Saved'));
    await expect.poll(whose, { timeout: PATIENCE }).toEqual([tess, tess, tess]);
  });

  await stage.step('out of the inbox, on a phone in the dark, to nobody', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await openMembers();
    await main.getByRole('button', { name: 'Take Tess Amiri out' }).press('Enter');
    await see(dialog.getByText(/conversations are assigned to them here/));
    await stage.shoot(page, 'phone-out');
    expect(await axeFinds(page, 'all')).toEqual([]);
    await dialog.getByRole('button', { name: 'Take out' }).press('Enter');
    await expect.poll(whose, { timeout: PATIENCE }).toEqual([null, null, null]);
    await main.getByRole('button', { name: 'Take Tess Amiri out' }).waitFor({ state: 'detached' });
    await see(main.getByRole('button', { name: 'Take Jonas Lind out' }));
  });
  expect(stage.errors).toEqual([]);
}, 60_000);
