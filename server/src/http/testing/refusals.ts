import { expect } from 'vitest';
import { eventsAfter } from '../../database/event-log.ts';
import { entries, lockEpochs, replies, sessions } from '../../database/schema/sqlite.ts';
import { codeOf, type TestHttp } from './server.ts';

const LEAKS = /SQLITE|Error:|\.ts\b|node_modules|at Object|select |insert |zod|drizzle|express/i;

async function stored(at: TestHttp): Promise<string> {
  const tables = [entries, replies, lockEpochs, sessions];
  const counts = await Promise.all(
    tables.map(async (table) => (await at.db.read.select().from(table)).length),
  );
  const log = await eventsAfter(at.db.read, `inbox:${at.inboxId}`, 0, 1_000);
  return JSON.stringify([...counts, log.length]);
}

type Calls = Record<string, () => ReturnType<TestHttp['ask']>>;

/** Each refusal leaves everything as it was and says nothing about the inside. */
export function refusals(at: TestHttp) {
  return async (calls: Calls, codes: string | readonly string[]): Promise<void> => {
    const before = await stored(at);
    for (const [name, call] of Object.entries(calls)) {
      const answer = await call();
      expect([codes].flat(), `${name}: ${answer.text.slice(0, 200)}`).toContain(codeOf(answer));
      // Ids are random letters, and some day they spell a name that must not be there.
      expect(answer.text.replaceAll(/\b[a-z]{3}_[\w-]+/g, ''), name).not.toMatch(LEAKS);
      expect(answer.headers.get('x-request-id'), name).toMatch(/^req_/);
      if (answer.error !== undefined)
        expect(answer.error.requestId, name).toBe(answer.headers.get('x-request-id'));
    }
    expect(await stored(at)).toBe(before);
  };
}
