/** The relay is checked in the page step by step, a test mail is sent, and a domain's mail is signed once DNS has its record: by keys, and on a phone in the dark. */
import { expect, test } from 'vitest';
import { startDnsServer } from '../tools/dns-server.ts';
import { eventually } from '../tools/eventually.ts';
import { startServer } from '../tools/server-process.ts';
import { startSmtpSink } from '../tools/smtp-sink.ts';
import { axeFinds } from './axe.ts';
import { openStage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { see, signIn } from './inbox-page.ts';

const DOMAIN = 'fernhillpaper.example';
const ORDERS = `orders@${DOMAIN}`;

test('H4, P4: what is wrong with the relay is told with its cure and checked again, a test mail leaves, and a domain is signed once DNS has its record', async () => {
  await using dns = await startDnsServer();
  await using sink = await startSmtpSink();
  await using server = await startServer({ env: { SMTP_PORT: '0', DNS_SERVERS: dns.address } });
  await using stage = await openStage('outgoing');
  const page = await stage.person('mara');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, server.url, demoAgent('Mara Okafor'));
  const main = page.getByRole('main');
  const shoot = async (name: string): Promise<void> => {
    await stage.shoot(page, name);
    expect(await axeFinds(page, 'all'), name).toEqual([]);
  };

  await stage.step('without SMTP_URL it says that nothing leaves, and what to set', async () => {
    await page.goto(`${server.url}/settings/outgoing`);
    await see(main.getByRole('heading', { name: 'No relay is set' }));
    await see(main.getByText('SMTP_URL', { exact: true }));
    await expect.poll(() => main.getByRole('button', { name: 'Check again' }).count()).toBe(0);
    await shoot('no-relay');
  });

  await stage.step('what the start found is there with its cure, and checked again', async () => {
    sink.next({ at: 'recipient', says: '553 5.7.1 not a sender here', of: ORDERS });
    await server.restart({ env: { SMTP_URL: sink.url, NOTICES_FROM: `no-reply@${DOMAIN}` } });
    const check = main.getByRole('list', { name: 'Steps of the check' });
    await eventually(
      'the start has tried the relay',
      async () => {
        await page.goto(`${server.url}/settings/outgoing`);
        await see(main.getByRole('status', { name: 'Check of the relay' }));
        return (await check.getByRole('listitem').count()) === 5;
      },
      20_000,
    );
    await see(main.getByText('Mail cannot leave by it'));
    await see(check.getByText(new RegExp(`takes no mail from ${ORDERS}: 5.7.1 not a sender here`)));
    await see(check.getByText(/Allow these addresses or their domain/));
    await shoot('refused');
    await main.getByRole('button', { name: 'Check again' }).press('Enter');
    await see(main.getByText('Mail can leave by it'));
    await see(check.getByText('in the open, as SMTP_URL allows'));
    await shoot('good');
  });

  await stage.step('a test mail', async () => {
    await main.getByLabel('From').selectOption(ORDERS);
    await main.getByRole('button', { name: 'Send it to me' }).press('Enter');
    await see(main.getByText(`not signed: no key signs for ${DOMAIN}`));
    const mail = await sink.mail('the test mail', ({ from }) => from === ORDERS);
    expect(mail.to).toEqual([demoAgent('Mara Okafor').email]);
    await shoot('test-mail');
  });

  await stage.step('a key, its record copied into DNS, wrong at first, and switched on', async () => {
    const domain = main.getByRole('listitem', { name: DOMAIN });
    await domain.getByRole('button', { name: 'Make a key' }).press('Enter');
    await see(domain.getByText(/DNS has no TXT record/));
    const copied = async (what: string): Promise<string> => {
      await domain.getByRole('button', { name: `Copy the ${what}` }).press('Enter');
      await see(domain.getByText(`Copied the ${what}`, { exact: true }));
      return await page.evaluate(() => navigator.clipboard.readText());
    };
    const name = await copied('name');
    const value = await copied('value');
    expect(name).toMatch(/^lb-[0-9a-f]{8}\._domainkey\.fernhillpaper\.example$/);
    await shoot('missing');
    dns.txt.set(name, [value.slice(0, 255), value.slice(255)]);
    dns.txt.set(`_dmarc.${DOMAIN}`, ['v=DMARC1; p=quarantine']);
    const look = domain.getByRole('button', { name: 'Look into DNS' });
    await look.press('Enter');
    await see(domain.getByText(/They belong into one record/));
    await see(domain.getByText(/DMARC of fernhillpaper.example says “p=quarantine”/));
    await shoot('split');
    const on = domain.getByRole('button', { name: 'Switch signing on' });
    await on.press('Enter');
    await see(domain.getByRole('alert').getByText(/They belong into one record/));
    dns.txt.set(name, [value]);
    await on.press('Enter');
    await see(domain.getByText(new RegExp(`^Signed\\. .*${ORDERS}`)));
    await see(domain.getByText('DNS has it'));
    await expect.poll(() => domain.getByText(/They belong into one record/).count()).toBe(0);
    await main.getByRole('button', { name: 'Send it to me' }).press('Enter');
    await see(main.getByText(`signed by ${DOMAIN}`));
    await shoot('signed');
  });

  await stage.step('the next key, and none, on a phone in the dark', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    const domain = main.getByRole('listitem', { name: DOMAIN });
    const menu = domain.getByRole('button', { name: `What can be done with the key of ${DOMAIN}` });
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Make the next key' }).press('Enter');
    await see(domain.getByRole('region', { name: 'Record of the next key' }));
    await see(domain.getByRole('button', { name: 'Sign with the next key' }));
    // Away from the menu, whose tip would lie outside of the page.
    await domain.getByRole('button', { name: 'Look into DNS' }).focus();
    await expect.poll(() => page.getByText('What can be done', { exact: true }).count()).toBe(0);
    await shoot('phone');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Remove its keys' }).press('Enter');
    await shoot('phone-remove');
    await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
    await see(domain.getByText(/^Not signed\./));
    await see(domain.getByRole('button', { name: 'Make a key' }));
    await shoot('phone-unsigned');
  });
  expect(stage.errors).toEqual([]);
}, 120_000);
