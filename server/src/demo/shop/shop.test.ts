import { expect, test } from 'vitest';
import { colleagueReplies, customerFollowUps, demoConversations, demoOrganisation } from './index.ts';
import { unwrap } from './entries.ts';
import type { DemoAgent, DemoConversation, DemoInbox } from './index.ts';

const HOUR = 60;
const WEEK = 7 * 24 * HOUR;
const DEMO_ADDRESS = /^[a-z0-9.-]+@(?:[a-z0-9-]+\.)+example(?:\.(?:com|org|net))?$/;

function capability(agent: DemoAgent, inbox: DemoInbox): string | undefined {
  const found = demoOrganisation.agents.find(({ key }) => key === agent);
  return found?.memberships.find((membership) => membership.inbox === inbox)?.capability;
}

function lastMinutes(conversation: DemoConversation): number {
  return conversation.entries.at(-1)!.minutesAgo;
}

function isWaiting(conversation: DemoConversation): boolean {
  return !conversation.archived && conversation.entries.at(-1)!.by === 'customer';
}

const allEntries = demoConversations.flatMap(({ entries }) => entries);

test('there are sixty conversations with keys of their own', () => {
  const perInbox = (inbox: DemoInbox) => demoConversations.filter((one) => one.inbox === inbox).length;
  expect([perInbox('hello'), perInbox('orders'), perInbox('bindery')]).toEqual([20, 22, 18]);
  expect(new Set(demoConversations.map(({ key }) => key)).size).toBe(60);
  for (const { key } of demoConversations) expect(key).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

test.each(demoConversations)('$key is told in order, by people who may', (conversation) => {
  const { entries, inbox, customer, subject, assignee } = conversation;
  expect(entries.length).toBeGreaterThanOrEqual(1);
  expect(entries.length).toBeLessThanOrEqual(9);
  expect(entries[0]!.by).toBe('customer');
  expect(subject).not.toBe('');
  expect(customer.name).not.toBe('');
  expect(customer.address).toMatch(DEMO_ADDRESS);
  if (assignee) expect(['reply', 'manage']).toContain(capability(assignee, inbox));

  let before = 3 * WEEK + 1;
  for (const entry of entries) {
    expect(entry.minutesAgo).toBeLessThan(before);
    before = entry.minutesAgo;
    if (entry.by !== 'customer') expect(['reply', 'manage']).toContain(capability(entry.agent, inbox));
    expect(entry.body).toBe(entry.body.trim());
    expect(entry.body).not.toMatch(/^$| {2}|\n{3}|\n[ |]/);
  }
});

test('about half wait for an answer, most of them with nobody assigned', () => {
  const waiting = demoConversations.filter(isWaiting);
  expect(waiting.length).toBeGreaterThanOrEqual(27);
  expect(waiting.length).toBeLessThanOrEqual(33);
  const unassigned = waiting.filter(({ assignee }) => assignee === undefined);
  expect(unassigned.length).toBeGreaterThan(waiting.length * 0.6);
  expect(demoConversations.filter(({ archived }) => archived)).toHaveLength(12);
});

test('the newest fifteen spread over the last six hours', () => {
  const newest = demoConversations.map(lastMinutes).sort((a, b) => a - b);
  expect(newest[0]).toBe(3);
  expect(newest.filter((minutes) => minutes <= 6 * HOUR)).toHaveLength(15);
  for (let i = 1; i < 15; i += 1) expect(newest[i]! - newest[i - 1]!).toBeLessThanOrEqual(HOUR);
  expect(newest[14]).toBeGreaterThan(5 * HOUR);
  expect(Math.max(...allEntries.map(({ minutesAgo }) => minutesAgo))).toBeGreaterThan(2.5 * WEEK);
});

test('some are a single message and the longest has nine', () => {
  const lengths = demoConversations.map(({ entries }) => entries.length);
  expect(lengths.filter((length) => length === 1).length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...lengths)).toBe(9);
});

test('nothing is said twice', () => {
  const bodies = [...allEntries, ...colleagueReplies, ...customerFollowUps].map(({ body }) => body);
  expect(new Set(bodies).size).toBe(bodies.length);
  expect(colleagueReplies).toHaveLength(30);
  expect(customerFollowUps).toHaveLength(8);
});

test('every inbox belongs to a team and somebody answers in it', () => {
  const { agents, inboxes, teams } = demoOrganisation;
  for (const inbox of inboxes) {
    expect(teams.map(({ key }) => key)).toContain(inbox.team);
    expect(inbox.colour).toMatch(/^#[0-9a-f]{6}$/);
    expect(agents.some(({ key }) => capability(key, inbox.key) === 'reply')).toBe(true);
  }
  expect(agents.filter(({ role }) => role === 'admin').map(({ key }) => key)).toEqual(['mara']);
  expect(capability('luis', 'hello')).toBe('read');
});

test('a text keeps its paragraphs and barred lines, and loses the wrapping of the source', () => {
  const source = `Dear all,

        this was wrapped
        in the source.

        Yours,
        | Ada`;
  expect(unwrap(source)).toBe('Dear all,\n\nthis was wrapped in the source.\n\nYours,\nAda');
});
