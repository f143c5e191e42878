/** The agent's page and the customer's page by their roles and words. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';

/** How long (ms) a play waits for something that no deadline is promised for, on a machine that does a lot else. */
export const PATIENCE = 15_000;

/** Waits until a locator is there, and fails with its words when it is not. */
export async function see(locator: Locator, within = PATIENCE): Promise<void> {
  await locator.first().waitFor({ state: 'visible', timeout: within });
}

export async function signIn(
  page: Page,
  url: string,
  agent: { email: string; password: string },
): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Email').fill(agent.email);
  await page.getByLabel('Password').fill(agent.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('link', { name: /^Mine/ }));
}

/** What an agent sees and does in one conversation. */
export function agentPage(page: Page) {
  const composer = page.getByRole('region', { name: 'Composer' });
  const row = (contact: string) => page.getByRole('link', { name: new RegExp(`^${contact}, `) });
  return {
    page,
    composer,
    row,
    /** The bar above the composer, which says who may write. */
    bar: composer.getByRole('status', { name: 'Lock' }),
    reply: composer.getByRole('textbox', { name: 'Reply' }),
    note: composer.getByRole('textbox', { name: 'Note' }),
    ping: page.getByRole('region', { name: 'Are you still working?' }),
    send: composer.getByRole('button', { name: /^Send( when current)?(?! and)/ }),
    button: (name: string | RegExp) => composer.getByRole('button', { name }),
    message: (label: string) => page.getByRole('article', { name: label }),
    async openInbox(name: string) {
      await page
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .first()
        .click();
    },
    async open(contact: string) {
      await row(contact).first().click();
      await see(composer);
    },
  };
}
export type AgentPage = ReturnType<typeof agentPage>;

/** Begins a conversation as a customer and returns that customer's page of it. */
export async function writeAsCustomer(
  page: Page,
  url: string,
  letter: { inbox: string; name: string; address: string; subject: string; body: string },
) {
  await page.goto(`${url}/customer`);
  await page.getByLabel('To').selectOption({ label: letter.inbox });
  await page.getByLabel('Your name').fill(letter.name);
  await page.getByLabel('Your address').fill(letter.address);
  await page.getByLabel('Subject').fill(letter.subject);
  await page.getByRole('textbox', { name: 'Message' }).fill(letter.body);
  await page.getByRole('button', { name: 'Send' }).click();
  const log = page.getByRole('log', { name: 'Messages' });
  await see(log.getByText(letter.body.slice(0, 30)));
  return {
    page,
    log,
    async answer(text: string) {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
      await see(log.getByText(text));
    },
  };
}

/** The words of a locator, with every white space as one. */
export async function words(locator: Locator): Promise<string> {
  return ((await locator.first().textContent()) ?? '').replace(/\s+/g, ' ').trim();
}

/** Asserts what stands in a text field. */
export async function expectText(field: Locator, text: string): Promise<void> {
  await expect.poll(() => field.inputValue()).toBe(text);
}
