import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';
import { type Log, silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { isSecure, keepCertificate, readCertificate } from './certificate.ts';
import { keepFiles, makeCertificate } from './testing/make-certificate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchbox-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a pair is read; without one there is no TLS; one of the two alone is refused', () => {
  const made = makeCertificate('first');
  const files = keepFiles(folder, made);
  expect(readCertificate(readConfig({}))).toBeUndefined();
  const read = readCertificate(readConfig(files));
  expect(read).toMatchObject({ cert: made.cert, key: made.key });
  expect(new X509Certificate(made.cert).serialNumber).toBe(made.serial);
  for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE'] as const)
    expect(() => readConfig({ [name]: files[name] })).toThrow(/belong together/);
  expect(isSecure(readConfig(files))).toBe(true);
  expect(isSecure(readConfig({ PUBLIC_URL: 'http://inbox.example' }))).toBe(false);
});

test('what cannot be used is refused with the name of the setting', () => {
  const [mine, other] = [makeCertificate('mine'), makeCertificate('other')];
  const files = keepFiles(folder, mine);
  const missing = join(folder, 'missing.pem');
  const refused = (files: Parameters<typeof readCertificate>[0], words: RegExp): void => {
    expect(() => readCertificate(files)).toThrow(ConfigError);
    expect(() => readCertificate(files)).toThrow(words);
  };
  refused({ ...files, TLS_CERT_FILE: missing }, /TLS_CERT_FILE: .*missing\.pem cannot be read: ENOENT/);
  refused({ ...files, TLS_KEY_FILE: missing }, /TLS_KEY_FILE: .*missing\.pem cannot be read: ENOENT/);
  refused({ ...files, TLS_CERT_FILE: files.TLS_KEY_FILE }, /TLS_CERT_FILE: .* is no certificate in PEM/);
  writeFileSync(files.TLS_KEY_FILE, 'no key');
  refused(files, /TLS_KEY_FILE: .* is no key in PEM/);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(
    files.TLS_KEY_FILE,
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }),
  );
  refused(files, /without a pass phrase/);
  writeFileSync(files.TLS_KEY_FILE, other.key);
  refused(files, /does not belong to the certificate/);
});

test('a renewed pair is taken by itself; half of one is not, is told once, and is tried again', async () => {
  const [old, fresh] = [makeCertificate('old'), makeCertificate('new')];
  const files = keepFiles(folder, old);
  const clock = new ManualClock();
  const told: string[] = [];
  const write = (message: string) => void told.push(message);
  const log: Log = { ...silentLog, info: write, warn: write, error: write };
  const used = readCertificate(files);
  if (used === undefined) throw new Error('it was just written');
  const served: unknown[] = [];
  const server = { setSecureContext: (pair: unknown) => void served.push(pair) };
  const keeper = keepCertificate(server, { ...used, endsAt: clock.now() + 1 }, files, { clock, log });
  await clock.advance(30_000);
  expect({ served, told }).toEqual({ served: [], told: [] });

  writeFileSync(files.TLS_CERT_FILE, fresh.cert);
  await clock.advance(30_000);
  expect(served).toEqual([]);
  expect(told).toEqual(['the new certificate cannot be used; the old one stays']);
  keepFiles(folder, fresh);
  await clock.advance(10_000);
  expect(served).toEqual([{ cert: fresh.cert, key: fresh.key }]);
  expect(told.at(-1)).toBe('a new certificate is in use');

  keepFiles(folder, old);
  keeper.look();
  expect(served).toHaveLength(2);
  keeper.stop();
  keepFiles(folder, fresh);
  await clock.advance(60_000);
  expect(served).toHaveLength(2);
});

test('a certificate past its end is served, since an old one tells more than a closed port, and warned of', () => {
  const files = keepFiles(folder, makeCertificate('past', Date.now() - 60_000));
  const used = readCertificate(files);
  if (used === undefined) throw new Error('it was just written');
  const told: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void told.push(message) };
  const clock = new ManualClock(Date.now());
  keepCertificate({ setSecureContext: () => undefined }, used, files, { clock, log }).stop();
  expect(told).toEqual(['the certificate is past its end: clients will refuse it']);
});
