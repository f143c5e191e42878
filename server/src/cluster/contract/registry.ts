import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PresenceEntry, PresenceRegistry, TypingEntry } from '../registry.ts';

export interface RegistryUnderTest {
  /** As two servers see it. */
  readonly here: PresenceRegistry;
  readonly there: PresenceRegistry;
  /** Resolves when what was put with `SHORT` to live must have ended. */
  readonly over: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const LONG = 60_000;
export const SHORT = 150;

/** What every form of the registry keeps. Run it once for each: `start` is called before each test. */
export function registryContract(name: string, start: () => Promise<RegistryUnderTest>): void {
  describe(`presence registry ${name}`, () => {
    let open: RegistryUnderTest | undefined;
    const given = (): RegistryUnderTest => {
      if (open === undefined) throw new Error('not started');
      return open;
    };
    beforeEach(async () => {
      open = await start();
    });
    afterEach(async () => {
      await open?.close();
      open = undefined;
    });
    putting(given);
    moving(given);
    ending(given);
    typing(given);
  });
}

type Given = () => RegistryUnderTest;

/** A session with what a test leaves out. */
export function entryOf(sessionId: string, more: Partial<PresenceEntry> = {}): PresenceEntry {
  return {
    sessionId,
    serverId: 'srv_here',
    revision: 1,
    agentId: 'agt_ana',
    agentName: 'Ana',
    state: 'active',
    inboxIds: ['ibx_1'],
    viewing: [],
    ...more,
  };
}

export function typingOf(agentId: string, more: Partial<TypingEntry> = {}): TypingEntry {
  return {
    inboxId: 'ibx_1',
    conversationId: 'cnv_1',
    agentId,
    agentName: agentId,
    kind: 'reply',
    until: 1_000,
    ...more,
  };
}

const ids = (entries: readonly PresenceEntry[] | null): string[] =>
  (entries ?? []).map((entry) => entry.sessionId).sort();

function putting(given: Given): void {
  test('an entry is found by its inboxes, conversations, agent and server, on every server', async () => {
    const { here, there } = given();
    const at = (id: string, inboxId: string) => ({ inboxId, conversationId: id });
    const ana = entryOf('ses_1', { inboxIds: ['ibx_1', 'ibx_2'], viewing: [at('cnv_1', 'ibx_1')] });
    const other = entryOf('ses_2', {
      state: 'hidden',
      viewing: [at('cnv_1', 'ibx_1'), at('cnv_2', 'ibx_1')],
    });
    const ben = entryOf('ses_3', {
      agentId: 'agt_ben',
      agentName: 'Bén',
      serverId: 'srv_there',
      inboxIds: ['ibx_2'],
    });
    await here.put([ana, other], LONG);
    await there.put([ben], LONG);
    for (const registry of [here, there]) {
      expect(ids(await registry.inInbox('ibx_1'))).toEqual(['ses_1', 'ses_2']);
      expect(ids(await registry.inInbox('ibx_2'))).toEqual(['ses_1', 'ses_3']);
      expect(ids(await registry.inConversation('cnv_1'))).toEqual(['ses_1', 'ses_2']);
      expect(ids(await registry.inConversation('cnv_2'))).toEqual(['ses_2']);
      expect(ids(await registry.ofAgent('agt_ana'))).toEqual(['ses_1', 'ses_2']);
      expect(ids(await registry.onServer('srv_here'))).toEqual(['ses_1', 'ses_2']);
      expect(ids(await registry.inInbox('ibx_3'))).toEqual([]);
      expect(await registry.ofAgent('agt_ben')).toEqual([ben]);
    }
  });

  test('five thousand sessions of one inbox are put and read together', async () => {
    const { here, there } = given();
    const all = Array.from({ length: 5_000 }, (_, at) => entryOf(`ses_${at}`, { agentId: `agt_${at}` }));
    await here.put(all, LONG);
    await here.put(all, LONG);
    expect(await there.inInbox('ibx_1')).toHaveLength(5_000);
    expect(ids(await there.ofAgent('agt_4999'))).toEqual(['ses_4999']);
    await here.remove(
      'srv_here',
      all.slice(1).map((entry) => entry.sessionId),
    );
    expect(ids(await there.inInbox('ibx_1'))).toEqual(['ses_0']);
  });
}

function moving(given: Given): void {
  test('a newer entry takes the place of the older one everywhere', async () => {
    const { here, there } = given();
    const viewing = [{ inboxId: 'ibx_1', conversationId: 'cnv_1' }];
    await here.put([entryOf('ses_1', { viewing })], LONG);
    const newer = entryOf('ses_1', { revision: 2, inboxIds: ['ibx_2'], state: 'idle' });
    await here.put([newer], LONG);
    for (const registry of [here, there]) {
      expect(ids(await registry.inInbox('ibx_1'))).toEqual([]);
      expect(ids(await registry.inConversation('cnv_1'))).toEqual([]);
      expect(await registry.inInbox('ibx_2')).toEqual([newer]);
    }
  });

  test('an older entry changes nothing', async () => {
    const { here, there } = given();
    const newer = entryOf('ses_1', { revision: 2, state: 'hidden' });
    await here.put([newer], LONG);
    await there.put([entryOf('ses_1', { serverId: 'srv_there', inboxIds: ['ibx_2'] })], LONG);
    expect(await here.inInbox('ibx_1')).toEqual([newer]);
    expect(await here.inInbox('ibx_2')).toEqual([]);
  });

  test('a session that has connected to another server is not removed by the one it left', async () => {
    const { here, there } = given();
    await here.put([entryOf('ses_1')], LONG);
    await there.put([entryOf('ses_1', { serverId: 'srv_there', revision: 2 })], LONG);
    await here.remove('srv_here', ['ses_1']);
    expect(ids(await there.inInbox('ibx_1'))).toEqual(['ses_1']);
    expect(ids(await here.onServer('srv_there'))).toEqual(['ses_1']);
    expect(ids(await here.onServer('srv_here'))).toEqual([]);
    await there.remove('srv_there', ['ses_1']);
    expect(ids(await there.inInbox('ibx_1'))).toEqual([]);
  });
}

function ending(given: Given): void {
  test('an entry that is not put again ends by itself', async () => {
    const { here, there, over } = given();
    const viewing = [{ inboxId: 'ibx_1', conversationId: 'cnv_1' }];
    await here.put([entryOf('ses_1', { viewing }), entryOf('ses_2')], SHORT);
    await here.put([entryOf('ses_2')], LONG);
    await over();
    for (const registry of [here, there]) {
      expect(ids(await registry.inInbox('ibx_1'))).toEqual(['ses_2']);
      expect(ids(await registry.inConversation('cnv_1'))).toEqual([]);
      expect(ids(await registry.ofAgent('agt_ana'))).toEqual(['ses_2']);
      expect(ids(await registry.onServer('srv_here'))).toEqual(['ses_2']);
    }
  });

  test('a removed entry is gone at once; removing it again or a strange one is nothing', async () => {
    const { here, there } = given();
    await here.put([entryOf('ses_1'), entryOf('ses_2')], LONG);
    await here.remove('srv_here', ['ses_1', 'ses_9']);
    await here.remove('srv_here', ['ses_1']);
    expect(ids(await there.inInbox('ibx_1'))).toEqual(['ses_2']);
    expect(ids(await there.ofAgent('agt_ana'))).toEqual(['ses_2']);
  });
}

function typing(given: Given): void {
  test('who types is found by conversation and by inbox, once a person, with the newest signal', async () => {
    const { here, there } = given();
    await here.putTyping(typingOf('agt_ana'), LONG);
    await there.putTyping(typingOf('agt_ana', { kind: 'note', until: 2_000 }), LONG);
    await there.putTyping(typingOf('agt_ben', { conversationId: 'cnv_2' }), LONG);
    expect(await there.typingIn('cnv_1')).toEqual([typingOf('agt_ana', { kind: 'note', until: 2_000 })]);
    const inInbox = (await here.typingInInbox('ibx_1')).map((one) => one.agentId).sort();
    expect(inInbox).toEqual(['agt_ana', 'agt_ben']);
    expect(await here.typingInInbox('ibx_2')).toEqual([]);
  });

  test('who stops typing is gone at once, who says nothing more after a while', async () => {
    const { here, there, over } = given();
    await here.putTyping(typingOf('agt_ana'), LONG);
    await here.putTyping(typingOf('agt_ben'), SHORT);
    await here.putTyping(typingOf('agt_cem'), LONG);
    await here.removeTyping(typingOf('agt_ana'));
    await over();
    for (const registry of [here, there]) {
      expect((await registry.typingIn('cnv_1')).map((one) => one.agentId)).toEqual(['agt_cem']);
      expect((await registry.typingInInbox('ibx_1')).map((one) => one.agentId)).toEqual(['agt_cem']);
    }
  });
}
