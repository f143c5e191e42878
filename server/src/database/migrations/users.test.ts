/** Agents who were active or not have a state since the accounts of users: who was there before is there afterwards, on both databases. */
import { describe, expect, it } from 'vitest';
import { migratedPostgres, migratedSqlite, START_LIMIT } from '../testing/before-migration.ts';

const ROWS = [
  `INSERT INTO agents (id, kind, name, email, role, password_hash, active, created_at) VALUES
   ('agt_1', 'person', 'Ana', 'ana@shop.example', 'admin', 'hash', 1, 11),
   ('agt_2', 'person', 'Ben', 'ben@shop.example', 'agent', 'hash', 0, 12),
   ('agt_3', 'system', 'Robot', NULL, 'agent', NULL, 1, 13)`,
  `INSERT INTO sign_ins (id, agent_id, refresh_hash, rotated_at, user_agent, created_at, expires_at) VALUES
   ('sgn_1', 'agt_1', 'x', 11, 'a test', 11, 99)`,
];

const AGENTS = `SELECT id, name, email, role, password_hash, state, state_at, verified_at, verified_via, factor_required
  FROM agents ORDER BY id`;
const SIGN_INS = 'SELECT id, agent_id FROM sign_ins';

const unchanged = { state_at: null, verified_at: null, verified_via: null, factor_required: 0 };
const AFTER = {
  [AGENTS]: [
    { id: 'agt_1', name: 'Ana', email: 'ana@shop.example', role: 'admin', password_hash: 'hash', state: 'active' },
    {
      id: 'agt_2',
      name: 'Ben',
      email: 'ben@shop.example',
      role: 'agent',
      password_hash: 'hash',
      state: 'deactivated',
    },
    { id: 'agt_3', name: 'Robot', email: null, role: 'agent', password_hash: null, state: 'active' },
  ].map((row) => ({ ...row, ...unchanged })),
  [SIGN_INS]: [{ id: 'sgn_1', agent_id: 'agt_1' }],
};

describe('agents with a state', { timeout: START_LIMIT }, () => {
  it('are who they were on SQLite, and what refers to them does', async () => {
    await using migrated = await migratedSqlite('users', ROWS);
    const { raw } = migrated;
    for (const [query, rows] of Object.entries(AFTER)) expect(raw.prepare(query).all()).toEqual(rows);
    raw.pragma('foreign_keys = ON');
    expect(() => raw.exec("DELETE FROM agents WHERE id = 'agt_1'")).toThrow('FOREIGN KEY');
  });

  it('are who they were on Postgres', async () => {
    await using migrated = await migratedPostgres('users', ROWS);
    const { run } = migrated;
    for (const [query, rows] of Object.entries(AFTER)) expect(await run(query)).toEqual(rows);
    await expect(run("DELETE FROM agents WHERE id = 'agt_1'")).rejects.toThrow('foreign key');
  });
});
