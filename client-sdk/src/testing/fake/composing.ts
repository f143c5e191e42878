import type { Account } from '@latchbox/shared/model/account';
import type { Contact } from '@latchbox/shared/model/conversation';
import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import { LatchboxError, refuse } from '@latchbox/shared/errors';
import type { FakeMessages } from './messages.ts';
import type { FakeConversation, Holder, World } from './world.ts';

type ComposingName = Extract<
  UpName,
  'account.list' | 'account.setDefault' | 'contact.find' | 'compose.check' | 'conversation.compose'
>;
export type ComposingHandlers = {
  [N in ComposingName]: (client: unknown, session: Holder, input: UpInput<N>) => UpResult<N>;
};
type To = UpInput<'conversation.compose'>['to'];
type Target = { readonly account: Account; readonly to: To; readonly subject?: string | undefined };

/** The commands of writing first, by the rules of the real server. */
export function composingCommands(world: World, messages: FakeMessages): ComposingHandlers {
  return {
    'account.list': (_client, { agentId }) => accounts(world, agentId),
    'account.setDefault': (_client, { agentId }, { inboxId }) => {
      const agent = world.agents.get(agentId);
      const may = inboxId === null ? 'reply' : agent?.inboxes.get(inboxId);
      if (agent === undefined || may === undefined) throw refuse('not_found');
      if (may === 'read') throw refuse('forbidden');
      agent.defaultInboxId = inboxId;
      return {};
    },
    'contact.find': (_client, { agentId }, input) => findContacts(world, agentId, input),
    'compose.check': (_client, { agentId }, input) => {
      const target = { ...input, account: accountOf(world, agentId, input.account) };
      const contact = contactOf(world, agentId, target);
      if (contact === undefined) return { contact: null, continues: null, held: [] };
      const continues = continued(world, contact, target);
      const held = withContact(world, agentId, contact).filter(
        (one) => one !== continues && one.lock !== null && one.lock.agentId !== agentId,
      );
      return {
        contact,
        continues: continues === undefined ? null : world.row(continues),
        held: held.map((one) => world.row(one)),
      };
    },
    'conversation.compose': (_client, { agentId }, input) => {
      const stored = messages.byClientId(agentId, input.clientId);
      if (stored !== undefined) {
        if (stored.kind !== 'reply' || stored.body !== input.body) throw refuse('idempotency_mismatch');
        return messages.answer(stored);
      }
      const target = { ...input, account: accountOf(world, agentId, input.account) };
      const contact = contactOf(world, agentId, target) ?? newContact(world, input.to);
      const continues = continued(world, contact, target);
      return messages.sendOnce(agentId, continues ?? begin(world, contact, target), input);
    },
  };
}

function accounts(world: World, agentId: string): UpResult<'account.list'> {
  const agent = world.agents.get(agentId);
  const all = world.accounts
    .filter(({ inboxId }) => (agent?.inboxes.get(inboxId) ?? 'read') !== 'read')
    .map((account) => ({ ...account, colour: world.inboxes.get(account.inboxId)?.colour ?? '' }));
  const isDefault = ({ inboxId }: Account): boolean => inboxId === agent?.defaultInboxId;
  return {
    accounts: [...all.filter(isDefault), ...all.filter((account) => !isDefault(account))],
    defaultInboxId: all.find(isDefault)?.inboxId ?? null,
  };
}

function accountOf(world: World, agentId: string, id: string): Account {
  const account = world.accounts.find((one) => one.id === id);
  const may = account && world.agents.get(agentId)?.inboxes.get(account.inboxId);
  if (account === undefined || may === undefined) throw refuse('not_found');
  if (may === 'read') throw refuse('forbidden');
  return account;
}

function seenBy(world: World, agentId: string): FakeConversation[] {
  const inboxes = world.agents.get(agentId)?.inboxes;
  return [...world.conversations.values()].filter(({ inboxId }) => inboxes?.has(inboxId) === true);
}

/** The newest first. */
function withContact(world: World, agentId: string, { id }: Contact): FakeConversation[] {
  return seenBy(world, agentId)
    .filter(({ contact }) => contact.id === id)
    .sort((a, b) => b.lastAt - a.lastAt);
}

function contactOf(world: World, agentId: string, { account, to }: Target): Contact | undefined {
  const mine = seenBy(world, agentId);
  if ('address' in to) {
    const address = to.address.trim().toLowerCase();
    if (account.channel === 'email' && !/^\S+@\S+\.\S+$/.test(address))
      throw invalid('must be a mail address');
    return mine.find((one) => one.channel === account.channel && one.contact.address === address)?.contact;
  }
  const found = mine.find(({ contact }) => contact.id === to.contactId);
  if (found === undefined) throw refuse('not_found');
  if (found.channel !== account.channel) throw invalid('cannot be reached from this account');
  return found.contact;
}

function invalid(message: string): LatchboxError {
  return new LatchboxError('invalid', { issues: [{ path: 'to', message }] });
}

function newContact(world: World, to: To): Contact {
  if (!('address' in to)) throw refuse('not_found');
  const address = to.address.trim().toLowerCase();
  return { id: world.newId('ctc'), name: to.name ?? address, address };
}

function continued(
  world: World,
  { id }: Contact,
  { account, subject = '' }: Target,
): FakeConversation | undefined {
  return [...world.conversations.values()]
    .filter(({ contact, inboxId, channel }) => {
      return contact.id === id && inboxId === account.inboxId && channel === account.channel;
    })
    .filter(
      (one) => account.channel !== 'email' || one.subject.toLowerCase() === subject.trim().toLowerCase(),
    )
    .sort((a, b) => b.lastAt - a.lastAt)[0];
}

function begin(world: World, contact: Contact, { account, subject = '' }: Target): FakeConversation {
  const { inboxId, channel } = account;
  const id = world.newId('cnv');
  const made = world.addConversation(id, inboxId, contact.name, subject, { contact, channel });
  made.status = 'archived';
  return made;
}

function findContacts(
  world: World,
  agentId: string,
  { text, channel, limit }: UpInput<'contact.find'>,
): UpResult<'contact.find'> {
  const start = text.trim().toLowerCase();
  const found = new Map<string, UpResult<'contact.find'>['contacts'][number]>();
  for (const one of seenBy(world, agentId).sort((a, b) => b.lastAt - a.lastAt)) {
    const { name, address } = one.contact;
    const begins = [name, ...name.split(' '), address].some((word) => word.toLowerCase().startsWith(start));
    if (begins && (channel === undefined || channel === one.channel))
      found.set(one.contact.id, { contact: one.contact, channel: one.channel });
  }
  return { contacts: [...found.values()].slice(0, limit) };
}
