/** What may import what. The lint rule `latchbox/arrows` reads this table; ARCHITECTURE.md says why. */

/** The folders of server/src from the outside in. */
const edge = ['realtime', 'http', 'channels', 'demo'];
const domain = [
  'collaboration',
  'messaging',
  'directory',
  'contacts',
  'hours',
  'users',
  'notices',
  'inbox-drafts',
  'seats',
  'outreach',
  'files',
];
const storage = ['database', 'cluster'];

/** The folders of server/src/messaging, each with those that it stands on. */
const messaging: Record<string, readonly string[]> = {
  entries: [],
  conversations: ['entries'],
  writing: ['entries'],
  delivery: ['entries'],
  sending: ['entries', 'conversations', 'writing', 'delivery'],
  composing: ['sending'],
  scheduling: ['sending', 'writing'],
  receiving: ['entries', 'conversations', 'delivery', 'sending'],
  reading: [],
};
/** What every folder of messaging may use beside itself. */
const messagingGround = ['api', 'deps', 'request-hash'].map((name) => `server/src/messaging/${name}.ts`);

const sql = ['drizzle-orm', 'better-sqlite3', 'pg', '@electric-sql/pglite'];
const wires = ['socket.io', '@socket.io', 'socket.io-client', 'express', 'ioredis', 'redlock'];

export interface Law {
  /** Paths from the top of the repository that relative imports may reach: folders end in a slash. */
  paths: string[];
  /** Files among those that this one may not reach all the same. */
  closed?: string[];
  /** Packages: only these, or all but these. A name stands for its scope and its subpaths too. */
  only?: string[];
  not?: string[];
}

/**
 * The pages that ask the REST API by hand. `set-up` and `session` are there before anybody is signed in, and with that before
 * there is a client of the SDK; `customer` and `carrier` are the pages of who is outside. Everything else is the SDK's.
 */
const webByHand = ['session', 'set-up', 'customer', 'carrier'].map((folder) => `server/web/src/${folder}/`);

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

const inServer = (folders: string[]): string[] => folders.map((folder) => `server/src/${folder}/`);

/** The law of a folder within messaging: it takes the place of messaging itself among the arrows. */
function messagingLaw(folder: string, law: Law): Law | string {
  const below = messaging[folder];
  if (below === undefined)
    return `server/src/messaging/${folder} has no place among the arrows: give it one in test/tools/lint/laws.ts.`;
  const own = inServer([folder, ...below].map((name) => `messaging/${name}`));
  const others = law.paths.filter((path) => path !== 'server/src/messaging/');
  return { ...law, paths: [...own, ...messagingGround, ...others] };
}

/** A folder of the server, with the packages it does not speak to itself. */
function serverLaw(folder: string, test: boolean): Law | string {
  const row = (below: string[], not: string[]): Law => ({
    paths: inServer([folder, ...below, 'lib']),
    not: test ? [] : not,
  });
  if (edge.includes(folder)) {
    const law = row([...domain, ...storage], sql);
    return test ? { ...law, paths: [...law.paths, 'server/src/app.ts', 'server/src/services.ts'] } : law;
  }
  if (domain.includes(folder)) return row([...domain, ...storage], [...sql, ...wires]);
  if (folder === 'database') return row([], wires);
  if (folder === 'cluster') return row([], [...sql, 'express']);
  // It counts what it is told, and asks what it was given: it knows nobody.
  if (folder === 'metrics') return row([], [...sql, ...wires]);
  // Copies what the stores keep, beside a server that runs.
  if (folder === 'backup') return row(['files', 'database'], [...sql, ...wires]);
  // Seals what is stored with another key, beside a server that runs.
  if (folder === 'reseal') return row(['database'], [...sql, ...wires]);
  // Lets somebody in again, beside a server that runs.
  if (folder === 'reset-password') return row(['users', 'directory', 'database'], [...sql, ...wires]);
  if (folder === 'lib') return { paths: inServer(['lib']) };
  return `server/src/${folder} has no place among the arrows: give it one in test/tools/lint/laws.ts.`;
}

function clientLaw(file: string, test: boolean): Law {
  const paths = ['client-sdk/src/'];
  if (test) return { paths, not: ['@latchbox/server', '@latchbox/web', '@latchbox/test'] };
  const only = ['@latchbox/shared'];
  if (file.endsWith('/socket-io.ts')) only.push('socket.io-client');
  if (/^client-sdk\/src\/(testing|development)\//.test(file)) only.push('zod');
  if (file.startsWith('client-sdk/src/react/')) only.push('react');
  // A page for the tests of the hooks.
  if (file === 'client-sdk/src/react/test-page.tsx') only.push('react-dom');
  return { paths, only };
}

/** The law for a file, `undefined` where there is none, or what is wrong with the file's place. */
export function lawFor(file: string): Law | string | undefined {
  const test = isTest(file);
  const [top, second, third] = file.split('/');
  if (top === 'shared' && second === 'src') {
    return test ? { paths: ['shared/src/'] } : { paths: ['shared/src/'], only: ['zod'] };
  }
  if (top === 'client-sdk' && second === 'src') return clientLaw(file, test);
  if (top !== 'server') return undefined;

  if (second === 'web' && third === 'src') {
    const byHand = test || webByHand.some((folder) => file.startsWith(folder));
    return {
      paths: ['server/web/src/'],
      closed: byHand ? [] : ['server/web/src/lib/http.ts'],
      not: ['@latchbox/shared', '@latchbox/server', '@latchbox/test', 'socket.io-client'],
    };
  }
  if (second !== 'src' || third === undefined) return undefined;
  if (/^server\/src\/(app|main|services)(\.test)?\.ts$/.test(file))
    return { paths: ['server/src/'], not: ['@latchbox/client'] };

  const atTop = file === `server/src/${third}`;
  const ofFolder = atTop ? { paths: inServer(['lib']) } : serverLaw(third, test);
  if (typeof ofFolder === 'string') return ofFolder;
  // Tests, and what helps them, build the whole of messaging.
  const inner = third === 'messaging' && !test ? file.split('/').slice(3, -1)[0] : undefined;
  const law = inner === undefined || inner === 'testing' ? ofFolder : messagingLaw(inner, ofFolder);
  if (typeof law === 'string') return law;
  // The demo's colleagues are clients like any other; nothing else in the server is one.
  const client = third === 'demo' ? [] : ['@latchbox/client'];
  const not = [...client, '@latchbox/web', '@latchbox/test', ...(law.not ?? [])];
  return { paths: third === 'lib' ? law.paths : [...law.paths, 'server/src/*.ts'], not };
}

const belongsTo = (name: string, family: string): boolean => name === family || name.startsWith(`${family}/`);

function reaches(path: string, target: string): boolean {
  if (path.endsWith('/')) return target.startsWith(path);
  if (path !== 'server/src/*.ts') return target === path;
  // Files beside the folders (config.ts) are for everybody, those that wire everything together are not.
  return /^server\/src\/[^/]+\.ts$/.test(target) && !/^server\/src\/(app|main|services)\.ts$/.test(target);
}

/** Why `file` may not import `target` (a path from the top of the repository, or a package), if it may not. */
export function forbidden(file: string, target: { path: string } | { package: string }): string | undefined {
  const law = lawFor(file);
  if (law === undefined) return undefined;
  if (typeof law === 'string') return law;
  if ('path' in target) {
    const isClosed = law.closed?.includes(target.path);
    if (!isClosed && law.paths.some((path) => reaches(path, target.path))) return undefined;
    return `${file} may not import ${target.path}: the arrows run one way.`;
  }
  const name = target.package;
  const banned = law.only
    ? !law.only.some((family) => belongsTo(name, family))
    : (law.not ?? []).some((family) => belongsTo(name, family));
  return banned ? `${file} may not import ${name}: it does not speak to this package itself.` : undefined;
}
