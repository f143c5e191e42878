import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground, refusal } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
  });
  afterAll(() => ground.db.close());
  const openAs = (who: 'anna' | 'ben' | 'rita', conversationId = desk.conversationId) =>
    desk.messaging.open(desk.by(who).agentId, { conversationId, limit: 50 });

  const draft = (body: string, revision: number, kind: 'reply' | 'note' = 'reply') => ({
    conversationId: desk.conversationId,
    kind,
    body,
    revision,
  });

  test('a draft is saved under growing revisions, and colleagues are told only when it comes and goes', async () => {
    const anna = desk.by('anna');
    expect(await desk.messaging.saveDraft(anna, draft('Dear', 0))).toEqual({
      revision: 1,
      savedAt: desk.clock.now(),
    });
    expect((await desk.messaging.saveDraft(anna, draft('Dear Mara', 1))).revision).toBe(2);
    expect((await openAs('anna')).drafts).toMatchObject([{ kind: 'reply', body: 'Dear Mara', revision: 2 }]);
    expect((await openAs('ben')).drafts).toEqual([]);
    expect((await openAs('ben')).row.drafts).toEqual([
      { person: { id: anna.agentId, name: 'Anna Berg' }, kind: 'reply' },
    ]);
    expect((await desk.messaging.saveDraft(anna, draft('', 2))).revision).toBe(3);
    expect((await openAs('ben')).row.drafts).toEqual([]);
    expect((await desk.events()).map((event) => event.type)).toEqual(['draft.changed', 'draft.changed']);
  });

  test('a draft made from an older revision is refused with what stands there', async () => {
    const anna = desk.by('anna');
    await desk.messaging.saveDraft(anna, draft('In this tab', 0));
    const error = await refusal(desk.messaging.saveDraft(anna, draft('In the other tab', 0)));
    expect([error.code, error.details]).toEqual(['conflict', { revision: 1, body: 'In this tab' }]);
    expect(await codeOf(desk.messaging.saveDraft(anna, draft('From the future', 7)))).toBe('conflict');
  });

  test('a draft for a reply and for a note are two, each with its own revision', async () => {
    await desk.messaging.saveDraft(desk.by('anna'), draft('To the customer', 0));
    const { revision } = await desk.messaging.saveDraft(desk.by('anna'), draft('To us', 0, 'note'));
    expect(revision).toBe(1);
    expect((await openAs('anna')).drafts.map(({ kind }) => kind)).toEqual(['note', 'reply']);
  });

  test('a draft of a reply needs the right to reply, of a note only membership', async () => {
    expect(await codeOf(desk.messaging.saveDraft(desk.by('rita'), draft('I would say', 0)))).toBe(
      'forbidden',
    );
    expect(await codeOf(desk.messaging.saveDraft(desk.by('admin'), draft('I would say', 0)))).toBe(
      'not_found',
    );
    await desk.messaging.saveDraft(desk.by('rita'), draft('I would say', 0, 'note'));
  });

  test('a draft saved twice at once from the same revision: one is stored, the other is refused', async () => {
    const anna = desk.by('anna');
    const both = await Promise.allSettled([
      desk.messaging.saveDraft(anna, draft('one', 0)),
      desk.messaging.saveDraft(anna, draft('two', 0)),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a draft goes when its reply is sent, and a late autosave cannot bring the sent text back', async () => {
    const anna = desk.by('anna');
    const saved = await desk.messaging.saveDraft(anna, draft('It is on its w', 0));
    await desk.answer('It is on its way.');
    const late = refusal(desk.messaging.saveDraft(anna, draft('It is on its way', saved.revision)));
    expect((await late).details).toEqual({ revision: 2, body: '' });
    expect((await openAs('ben')).row.drafts).toEqual([]);
  });

  test('a draft that was never saved before the send cannot be brought back by its first autosave', async () => {
    await desk.answer('It is on its way.');
    const late = refusal(desk.messaging.saveDraft(desk.by('anna'), draft('It is on its way', 0)));
    expect((await late).code).toBe('conflict');
    expect((await openAs('anna')).drafts).toMatchObject([{ kind: 'reply', body: '', revision: 1 }]);
  });
});
