import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { standStill } from './stand-still.ts';

test('a server is stopped where others can write, and goes on first where it was writing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchbox-still-'));
  const file = join(folder, 'test.db');
  using database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); BEGIN IMMEDIATE');
  const said: string[] = [];
  const server = {
    sigstop: async () => void said.push('stop'),
    // What it had in hand is written then.
    sigcont() {
      said.push('go on');
      database.exec('COMMIT');
    },
  };
  await standStill(server, file);
  await standStill(server, file);
  expect(said).toEqual(['stop', 'go on', 'stop', 'stop']);
  rmSync(folder, { recursive: true });
});
