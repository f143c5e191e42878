import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/**
 * Imports an entry in a process of its own, with everything that a side effect could use turned into a trap, and says what
 * was touched, what was added, and what is still running.
 */
const PROBE = `
const touched = [];
const before = new Set(Reflect.ownKeys(globalThis));
const symbols = new Set(Reflect.ownKeys(Symbol));
const trap = (name) => { const real = globalThis[name]; globalThis[name] = (...args) => { touched.push(name); return real(...args); }; };
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']) trap(name);
for (const [owner, name] of [[Date, 'now'], [Math, 'random'], [crypto, 'getRandomValues']]) {
  const real = owner[name].bind(owner);
  owner[name] = (...args) => { touched.push(name); return real(...args); };
}
for (const name of ['window', 'document', 'navigator', 'sessionStorage', 'localStorage']) {
  Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); return undefined; } });
}
const loaded = await import(process.argv[1]);
const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String)
  .filter((key) => !['window', 'document', 'navigator', 'sessionStorage', 'localStorage'].includes(key));
const patched = Reflect.ownKeys(Symbol).filter((key) => !symbols.has(key)).map(String);
const running = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'TCPSocketWrap');
console.log(JSON.stringify({ touched, added, patched, running, names: Object.keys(loaded).sort() }));
`;

async function importAlone(entry: string): Promise<Record<string, string[]>> {
  const url = new URL(entry, import.meta.url).href;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROBE, '--', url], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout) as Record<string, string[]>;
}

test('importing the client does nothing', async () => {
  const { names, ...effects } = await importAlone('./index.ts');
  expect(effects).toEqual({ touched: [], added: [], patched: [], running: [] });
  expect(names).toEqual([
    'DEFAULT_TIMINGS',
    'LatchboxError',
    'composerAffordances',
    'createLatchbox',
    'socketIoTransport',
  ]);
});

test('importing the hooks does nothing, and brings nothing of the core with it', async () => {
  const { names, added, patched, running } = await importAlone('./react/index.ts');
  expect({ added, patched, running }).toEqual({ added: [], patched: [], running: [] });
  expect(names).toEqual([
    'LatchboxProvider',
    'useAccounts',
    'useConnection',
    'useConversation',
    'useConversations',
    'useCounts',
    'useIdlePing',
    'useLatchbox',
    'useLock',
    'useReadable',
    'useTyping',
  ]);
});

test('importing the testing entry starts nothing', async () => {
  const { added, patched, running } = await importAlone('./testing/index.ts');
  expect({ patched, running }).toEqual({ patched: [], running: [] });
  // zod keeps its registry there.
  expect((added ?? []).filter((name) => !name.startsWith('__zod'))).toEqual([]);
});

test('the core carries neither zod nor Socket.IO nor the engine until a connection is made', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    await import(process.argv[1]);
    console.log(JSON.stringify(loaded.filter((url) => /node_modules|engine\\.ts|connection\\.ts/.test(url))));
  `;
  const url = new URL('./index.ts', import.meta.url).href;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, '--', url], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(JSON.parse(stdout)).toEqual([]);
});
