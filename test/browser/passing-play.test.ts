/** Three agents and one conversation: how it goes from one to the other (L11, L12, L13), as they see it. */
import { expect, test } from 'vitest';
import { startServer } from '../tools/server-process.ts';
import { openStage, type Stage } from './chromium.ts';
import { demoAgent } from './demo-agents.ts';
import { type AgentPage, agentPage, see, signIn, writeAsCustomer } from './inbox-page.ts';

const LETTER = {
  inbox: 'Orders',
  name: 'Greta Moll',
  address: 'greta@moll.example',
  subject: 'Cloth or paper',
  body: 'Which of the two covers is washable?',
};
const DRAFT = 'Dear Greta, the cloth one is';

interface Cast {
  readonly stage: Stage;
  /** Begins as the holder. */
  readonly jonas: AgentPage;
  readonly tess: AgentPage;
  /** An admin, who may take over. */
  readonly mara: AgentPage;
}

async function enter(stage: Stage, url: string, name: string, options?: { dark: boolean }) {
  const page = await stage.person(name.split(' ')[0] ?? name, options);
  await signIn(page, url, demoAgent(name));
  const agent = agentPage(page);
  await agent.openInbox(LETTER.inbox);
  await see(agent.row(LETTER.name));
  return agent;
}

/** Tess asks, Jonas says yes: lock and draft are hers. */
async function askAndPass({ stage, jonas, tess }: Cast): Promise<void> {
  await jonas.open(LETTER.name);
  await see(jonas.composer.getByText(/^Yours since/));
  await jonas.reply.pressSequentially(DRAFT, { delay: 5 });
  await see(jonas.composer.getByText('Draft saved'));
  await tess.open(LETTER.name);
  await see(tess.bar.getByText(/^Jonas is replying, since/));
  await expect.poll(() => tess.button('Take over').count()).toBe(0);
  await tess.button('Ask for it').click();
  await tess.page.keyboard.type('She called me about it');
  await tess.page.keyboard.press('Enter');
  await see(tess.bar.getByText(/Asked\. Jonas has/));
  await see(jonas.bar.getByText('Tess asks for this conversation'));
  await see(jonas.bar.getByText('“She called me about it”'));
  await stage.shoot(jonas.page, 'asked-for');
  await jonas.button('Pass it on, with the draft').click();
  await see(tess.composer.getByText(/^Yours since/));
  await expect.poll(() => tess.reply.inputValue(), { timeout: 10_000 }).toBe(DRAFT);
  await stage.shoot(jonas.page, 'passed');
}

/** Tess hands it back, with a word; he has it open, so it is his at once. */
async function handBack({ stage, jonas, tess }: Cast): Promise<void> {
  await tess.reply.press('End');
  await tess.reply.pressSequentially(' washable.', { delay: 5 });
  await see(tess.composer.getByText('Draft saved'));
  await tess.button('Hand over').click();
  await tess.page.getByRole('menuitemradio', { name: /^Jonas Lind/ }).click();
  await see(tess.bar.getByText('Hand over to Jonas'));
  // The menu has closed, and left the focus in the field that came by it.
  await tess.page.getByRole('menu').waitFor({ state: 'detached' });
  await expect
    .poll(() => tess.bar.getByRole('textbox').evaluate((field) => field === document.activeElement))
    .toBe(true);
  await stage.shoot(tess.page, 'hand-over');
  await tess.page.keyboard.type('Yours to finish');
  await tess.page.keyboard.press('Enter');
  await see(jonas.composer.getByText(/^Yours since/));
  await expect.poll(() => jonas.reply.inputValue(), { timeout: 10_000 }).toBe(`${DRAFT} washable.`);
  await see(tess.bar.getByText(/Jonas/));
}

/** Tess waits in line; when Jonas goes on to another conversation it is her turn. */
async function waitAndTake({ stage, jonas, tess }: Cast): Promise<void> {
  // The same button in both: as after what was passed on, and as with what somebody else has.
  await tess.button('Tell me when it’s free').click();
  await see(tess.bar.getByText('You are next in line.'));
  await see(jonas.row(LETTER.name));
  await jonas.send.click();
  await see(jonas.message('Reply from you').getByText(`${DRAFT} washable.`));
  await jonas.page.getByRole('navigation').getByRole('link', { name: /^Mine/ }).click();
  await jonas.page.goto(new URL('/mine', jonas.page.url()).href);
  await see(tess.bar.getByText('It is your turn'));
  await stage.shoot(tess.page, 'turn');
  await tess.button('Take it').click();
  await see(tess.composer.getByText(/^Yours since/));
}

/** The admin takes it over: Tess is told by whom, and her text stays. */
async function takeOver({ stage, tess, mara }: Cast): Promise<void> {
  await tess.reply.pressSequentially('And the paper one is', { delay: 5 });
  await see(tess.composer.getByText('Draft saved'));
  await mara.open(LETTER.name);
  await see(mara.bar.getByText(/^Tess is replying, since/));
  await mara.button('Take over').click();
  await mara.page.keyboard.type('She is in the shop');
  await stage.shoot(mara.page, 'taking-over');
  await mara.page.keyboard.press('Enter');
  await see(mara.composer.getByText(/^Yours since/));
  await see(tess.bar.getByText('Mara took this over'));
  await see(tess.bar.getByText(/“She is in the shop” Your text is kept\./));
  await expect.poll(() => tess.reply.inputValue()).toBe('And the paper one is');
  await stage.shoot(tess.page, 'taken-over');
  await see(mara.page.getByText('Taken over by Mara'));
}

test('L11, L12, L13: asked for and passed on with the draft, handed back, waited for, taken over', async () => {
  await using server = await startServer();
  await using stage = await openStage('passing-play');
  await writeAsCustomer(await stage.person('customer'), server.url, LETTER);
  const jonas = await enter(stage, server.url, 'Jonas Lind');
  const tess = await enter(stage, server.url, 'Tess Amiri', { dark: true });
  const mara = await enter(stage, server.url, 'Mara Okafor');
  const cast = { stage, jonas, tess, mara };
  await stage.step('asked for and passed on', () => askAndPass(cast));
  await stage.step('handed back', () => handBack(cast));
  await stage.step('waited for', () => waitAndTake(cast));
  await stage.step('taken over', () => takeOver(cast));
  expect(stage.errors).toEqual([]);
}, 120_000);
