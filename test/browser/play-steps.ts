/** The play of two agents and a customer, step by step. `a` and `b` may sit in front of different servers. */
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import type { Stage } from './chromium.ts';
import {
  type AgentPage,
  agentPage,
  expectText,
  PATIENCE,
  see,
  signIn,
  words,
  writeAsCustomer,
} from './inbox-page.ts';

export interface PlayOptions {
  readonly stage: Stage;
  /** Where the first agent's browser goes; its link can be cut. */
  readonly urlA: string;
  readonly urlB: string;
  readonly signInA: { readonly email: string; readonly password: string };
  readonly signInB: { readonly email: string; readonly password: string };
  readonly cutA: () => Promise<void>;
  readonly healA: () => Promise<void>;
}

const LETTER = {
  inbox: 'Orders',
  name: 'Odile Vance',
  address: 'odile@vance.example',
  subject: 'Two journals, one arrived',
  body: 'Only one of my two journals was in the parcel. Where is the second?',
};
const DRAFT = 'Dear Odile, the second journal is';

interface Cast {
  readonly a: AgentPage;
  readonly b: AgentPage;
  readonly customer: Awaited<ReturnType<typeof writeAsCustomer>>;
}

/** Everybody is there: the customer has written, both agents look at the inbox. */
async function gather({ stage, urlA, urlB, signInA, signInB }: PlayOptions): Promise<Cast> {
  const [pageA, pageB, pageC] = await Promise.all([
    stage.person('a'),
    stage.person('b', { dark: true }),
    stage.person('customer'),
  ]);
  const enter = async (page: Page, url: string, who: typeof signInA) => {
    await signIn(page, url, who);
    const agent = agentPage(page);
    await agent.openInbox(LETTER.inbox);
    return agent;
  };
  const [a, b] = await Promise.all([enter(pageA, urlA, signInA), enter(pageB, urlB, signInB)]);
  const customer = await writeAsCustomer(pageC, urlB, LETTER);
  await Promise.all([see(a.row(LETTER.name)), see(b.row(LETTER.name))]);
  await stage.shoot(pageC, 'written');
  return { a, b, customer };
}

/** A opens; for B it is locked, with name and time. A types; B sees it within a second. */
async function lockAndType({ stage }: PlayOptions, { a, b }: Cast): Promise<void> {
  await a.open(LETTER.name);
  await see(a.composer.getByText(/^Yours since/));
  await b.open(LETTER.name);
  await see(b.bar.getByText(/^Jonas is replying, since/));
  await expect.poll(() => b.composer.getByRole('tab', { name: 'Reply' }).isDisabled()).toBe(true);
  await see(b.note);
  await stage.shoot(b.page, 'locked');

  await a.reply.pressSequentially(DRAFT, { delay: 5 });
  // The promised second begins when the last key was pressed.
  await see(b.page.getByText('Jonas is typing…'), 1_250);
  await stage.shoot(b.page, 'typing');
  await stage.shoot(a.page, 'writing');
}

/** A walks away: the ping with its countdown, no answer, released, the draft kept; B takes it. */
async function idleAndLetGo({ stage }: PlayOptions, { a, b }: Cast): Promise<void> {
  await see(a.ping);
  expect(await words(a.ping)).toMatch(/Released in \d+ s if not\. Your text is kept\./);
  await see(b.bar.getByText(/^May be free in/));
  await stage.shoot(a.page, 'still-working');
  await stage.shoot(b.page, 'may-be-free');
  await see(a.bar.getByText('Released: you were idle'));
  await expectText(a.reply, DRAFT);
  await stage.shoot(a.page, 'released');
  await see(b.row(LETTER.name).getByText('Draft by Jonas'));

  await b.composer.getByRole('tab', { name: 'Reply' }).click();
  await b.reply.pressSequentially('I look into it', { delay: 5 });
  await see(b.composer.getByText(/^Yours since/));
  await see(a.bar.getByText(/Tess is replying/));
  await stage.shoot(a.page, 'taken-by-colleague');
}

/** A has it back, loses the connection and presses Send; B has answered meanwhile: A's send is stopped, nothing is lost. */
async function staleSend({ stage, cutA, healA }: PlayOptions, { a, b, customer }: Cast): Promise<void> {
  await b.reply.fill('');
  await b.page.getByRole('link', { name: /, / }).nth(1).click();
  await see(a.button('Take it back'));
  await a.button('Take it back').click();
  await see(a.composer.getByText(/^Yours since/));
  await cutA();
  const text = `${DRAFT} on its way to you.`;
  await a.reply.fill(text);
  await a.send.click();
  await stage.shoot(a.page, 'sent-without-connection');

  await b.open(LETTER.name);
  await b.composer
    .getByText(/^Yours since|^Free/)
    .first()
    .waitFor({ timeout: PATIENCE });
  const answer = 'The second journal was left on our bench. It leaves today, with a pen as an apology.';
  await b.composer.getByRole('tab', { name: 'Reply' }).click();
  await b.reply.fill(answer);
  await see(b.composer.getByText(/^Yours since/));
  await b.send.click();
  await see(b.message('Reply from you'));

  await healA();
  await see(a.message('Reply from Tess Amiri'));
  await see(a.bar.getByText(/Tess answered/));
  expect(await words(a.bar)).toContain('Yours was not sent.');
  await expectText(a.reply, text);
  await stage.shoot(a.page, 'stopped');

  await see(customer.log.getByText(answer));
  await expect.poll(() => customer.log.getByText(text).count()).toBe(0);
  await stage.shoot(customer.page, 'answered');
}

/** The customer answers into the same conversation, which both see at once. */
async function goOn({ stage }: PlayOptions, { a, b, customer }: Cast): Promise<void> {
  const thanks = 'A pen, how kind. Thank you!';
  await customer.answer(thanks);
  for (const agent of [a, b])
    await see(agent.page.getByRole('region', { name: 'Messages' }).getByText(thanks));
  await expect.poll(() => b.row(LETTER.name).count()).toBe(1);
  await stage.shoot(b.page, 'customer-went-on');
}

/** The whole play. */
export async function play(options: PlayOptions): Promise<void> {
  const { stage } = options;
  const cast = await stage.step('gather', () => gather(options));
  await stage.step('lock-and-type', () => lockAndType(options, cast));
  await stage.step('idle', () => idleAndLetGo(options, cast));
  await stage.step('stale-send', () => staleSend(options, cast));
  await stage.step('go-on', () => goOn(options, cast));
}
