/** The server's own TLS: its certificate and key from files, and a newer pair without a restart. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server as SecureServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { type Config, ConfigError } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** Ms between two looks at the files: certbot renews weeks before the end, so nobody waits for this. */
const LOOK_EVERY = 10_000;

/** A certificate (with its chain) and the key that belongs to it, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Epoch ms. */
  readonly endsAt: number;
}

type Files = Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>;

/** Whether people reach this server by https: by itself, or by a proxy in front. */
export function isSecure(config: Pick<Config, 'TLS_CERT_FILE' | 'PUBLIC_URL'>): boolean {
  return config.TLS_CERT_FILE !== undefined || config.PUBLIC_URL?.startsWith('https:') === true;
}

/** Reads the pair; undefined without TLS. Throws `ConfigError` that names the file which cannot be used. */
export function readCertificate({
  TLS_CERT_FILE: certFile,
  TLS_KEY_FILE: keyFile,
}: Files): Certificate | undefined {
  if (certFile === undefined || keyFile === undefined) return undefined;
  const cert = attempt(`TLS_CERT_FILE: ${certFile} cannot be read`, () => readFileSync(certFile, 'utf8'));
  const key = attempt(`TLS_KEY_FILE: ${keyFile} cannot be read`, () => readFileSync(keyFile, 'utf8'));
  const first = attempt(
    `TLS_CERT_FILE: ${certFile} is no certificate in PEM`,
    () => new X509Certificate(cert),
  );
  const secret = attempt(`TLS_KEY_FILE: ${keyFile} is no key in PEM without a pass phrase`, () =>
    createPrivateKey(key),
  );
  if (!first.checkPrivateKey(secret))
    throw new ConfigError(
      `The key in TLS_KEY_FILE does not belong to the certificate in TLS_CERT_FILE (of a chain, the server’s own comes first).`,
    );
  // Whatever else TLS finds wrong (a broken chain, a key too weak) is found here, and not by the first person who connects.
  attempt('TLS_CERT_FILE and TLS_KEY_FILE cannot be used', () => createSecureContext({ cert, key }));
  return { cert, key, endsAt: Date.parse(first.validTo) };
}

function attempt<T>(failure: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`${failure}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export interface CertificateKeeper {
  /** Looks at the files now. Connections that stand keep what they have. */
  look(): void;
  stop(): void;
}

/**
 * Takes a newer pair when the files have changed. A pair that cannot be used (half of it is written yet) changes nothing but the
 * log: the old one is served on, and the next look tries again.
 */
export function keepCertificate(
  server: Pick<SecureServer, 'setSecureContext'>,
  used: Certificate,
  files: Files,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): CertificateKeeper {
  let now = used;
  let told = '';
  warnOfEnd(now, clock, log);

  function take(): void {
    const read = readCertificate(files);
    told = '';
    if (read === undefined || (read.cert === now.cert && read.key === now.key)) return;
    server.setSecureContext({ cert: read.cert, key: read.key });
    now = read;
    log.info('a new certificate is in use', { endsAt: new Date(now.endsAt).toISOString() });
    warnOfEnd(now, clock, log);
  }

  function look(): void {
    try {
      take();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Once for each reason, not every ten seconds.
      if (why !== told) log.error('the new certificate cannot be used; the old one stays', { error: why });
      told = why;
    }
  }

  let cancel = clock.setTimer(LOOK_EVERY, again);
  function again(): void {
    look();
    cancel = clock.setTimer(LOOK_EVERY, again);
  }
  return { look, stop: () => cancel() };
}

function warnOfEnd({ endsAt }: Certificate, clock: Clock, log: Log): void {
  if (endsAt <= clock.now()) log.warn('the certificate is past its end: clients will refuse it');
}
