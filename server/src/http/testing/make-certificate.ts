/** Self-signed certificates for tests (X.509, RFC 5280), in as few bytes as TLS asks for: no tool has to be installed. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One element of ASN.1 in DER: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  if (size < 0x80) return Buffer.concat([Buffer.from([tag, size]), body]);
  const length = size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: Uint8Array[]) => der(0x30, ...content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const text = (value: string) => der(0x0c, Buffer.from(value));
const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
/** `YYMMDDHHMMSSZ` */
const utc = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const CRITICAL = der(0x01, Buffer.from([0xff]));

/** For `localhost` and 127.0.0.1, and an authority of its own. */
const EXTENSIONS = sequence(
  sequence(
    oid('551d11'),
    der(0x04, sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
  ),
  sequence(oid('551d13'), CRITICAL, der(0x04, sequence(CRITICAL))),
);

export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
  /** As TLS tells it: upper case, hexadecimal. */
  readonly serial: string;
}

/** Makes a certificate that names itself `name`, from an hour ago until `endsAt` (epoch ms; default: in a day). */
export function makeCertificate(name: string, endsAt = Date.now() + 86_400_000): MadeCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Positive, and without a leading zero.
  const serial = Buffer.concat([Buffer.from([0x4c]), randomBytes(7)]);
  const who = sequence(der(0x31, sequence(COMMON_NAME, text(name))));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_SHA256,
    who,
    sequence(utc(Math.min(Date.now(), endsAt) - 3_600_000), utc(endsAt)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, EXTENSIONS),
  );
  const whole = sequence(content, ECDSA_SHA256, bits(sign('sha256', content, privateKey)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    serial: serial.toString('hex').toUpperCase(),
  };
}

/** Puts a pair into a folder, under the settings that name it. */
export function keepFiles(
  folder: string,
  { cert, key }: Pick<MadeCertificate, 'cert' | 'key'>,
): { readonly TLS_CERT_FILE: string; readonly TLS_KEY_FILE: string } {
  const files = { TLS_CERT_FILE: join(folder, 'fullchain.pem'), TLS_KEY_FILE: join(folder, 'privkey.pem') };
  writeFileSync(files.TLS_CERT_FILE, cert);
  writeFileSync(files.TLS_KEY_FILE, key);
  return files;
}
