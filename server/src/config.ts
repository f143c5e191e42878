/** Every setting of a server: its environment variable, its unit, its default. `docs/settings.md` is printed from here. */
import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** What a server process does. `web`: pages, REST and sockets. `smtp`: takes mail in. `worker`: sends, wakes and cleans up. */
const Role = z.enum(['web', 'smtp', 'worker']);
export type Role = z.infer<typeof Role>;

export const settings = z.strictObject({
  PORT: count(0, 65_535).default(4000).describe('Port of HTTP and Socket.IO; 0 takes a free one'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for all'),
  ROLES: list
    .pipe(z.array(Role).min(1))
    .default(['web', 'smtp', 'worker'])
    .describe('What this process does: web, smtp, worker; fewer than all need REDIS_URL'),
  DATA_DIR: z.string().default('./data').describe('Folder of the SQLite file'),
  FILES_DIR: z
    .string()
    .optional()
    .describe('Folder of attachments and large mails, the same for all servers; default: files in DATA_DIR'),
  SMTP_PORT: count(0, 65_535)
    .optional()
    .describe('Port on which mail comes in (SMTP); 0: no mail; absent: 2525, or no mail when that is taken'),
  SMTP_URL: z
    .string()
    .optional()
    .describe(
      'smtp(s)://user:password@host:port?tls=verified of the relay that mail leaves by (tls: opportunistic, required or verified); absent: it is only kept',
    ),
  NOTICES_FROM: z
    .string()
    .optional()
    .describe(
      'Who mail to agents is from: invitations, links, news (address, or Name <address>); default: no-reply@ the host of PUBLIC_URL',
    ),
  DNS_SERVERS: list
    .optional()
    .describe(
      'Name servers (address or address:port) that published records are looked up at; absent: those of the system',
    ),
  SECRETS_KEY: list
    .pipe(z.array(z.string().min(32)).min(1))
    .optional()
    .describe(
      "Keys that passwords of mailboxes are sealed with (each 32 characters or more): the first one seals, all open; absent: made of the database's own secret",
    ),
  MAILBOX_SCAN_SECONDS: count(1, 3_600)
    .default(120)
    .describe(
      'Seconds between two looks into every folder of a mailbox, besides what its server tells by itself',
    ),
  BOUNCE_DOMAINS: list
    .optional()
    .describe('Domains whose mail to bounce+… comes in here: replies leave with such an envelope sender'),
  SMS_ACCOUNT_SID: z
    .string()
    .regex(/^[A-Za-z0-9-]{2,64}$/)
    .optional()
    .describe('Account at a provider of texts (Twilio or compatible); absent: the simulated carrier'),
  SMS_AUTH_TOKEN: z
    .string()
    .min(8)
    .optional()
    .describe('Secret of that account: signs in there, and proves who calls us'),
  SMS_API_URL: z
    .url()
    .default('https://api.twilio.com')
    .describe('Where the provider takes texts and has numbers; only with SMS_ACCOUNT_SID'),
  SMS_MESSAGING_URL: z
    .url()
    .default('https://messaging.twilio.com')
    .describe('Where the provider takes registrations; only with SMS_ACCOUNT_SID'),
  DATABASE_URL: z.string().optional().describe('postgres://… instead of SQLite; needs REDIS_URL'),
  REDIS_URL: z
    .string()
    .optional()
    .describe('redis://… for several processes; absent: everything in this one'),
  LOCK_REDIS_URLS: list
    .optional()
    .describe('Several independent Redis masters for the locks (1, 3 or 5), instead of REDIS_URL'),
  PUBLIC_URL: z.url().optional().describe('Address under which agents open Latchbox; its origin may connect'),
  ALLOWED_ORIGINS: list.optional().describe('Further origins whose pages may connect, comma separated'),
  TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of a certificate with its chain: this server speaks https and wss; absent: no TLS'),
  TLS_KEY_FILE: z.string().optional().describe('PEM file of the key that belongs to TLS_CERT_FILE'),
  TRUST_PROXY: flag.default(false).describe('Believe X-Forwarded-For of a proxy in front'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severity that is logged'),
  LOG_SLOW_MS: count(1, 600_000)
    .default(1_000)
    .describe('Ms after which a request or command counts as slow and is logged'),
  SIMULATOR: flag.default(true).describe('Offer the customer page and its channel'),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Bearer token of /metrics; absent: only from this machine'),
  ALLOWED_PRIVATE_HOSTS: list
    .optional()
    .describe(
      'host or host:port that this server may call although private or without TLS: key sets, pictures, media',
    ),
  HEAD_BEAT_MS: count(200, 60_000).default(5_000).describe('Ms between two head beats'),
  PRESENCE_BEAT_MS: count(200, 60_000)
    .default(10_000)
    .describe('Ms between two presence beats; a ghost lives at most two'),
  TYPING_EVERY_MS: count(200, 60_000).default(3_000).describe('Ms between two typing signals of a client'),
  TYPING_EXPIRES_MS: count(400, 120_000).default(6_000).describe('Ms after which a receiver drops a typist'),
  PING_INTERVAL_MS: count(500, 120_000).default(10_000).describe('Ms between two pings of a connection'),
  PING_TIMEOUT_MS: count(250, 120_000).default(5_000).describe('Ms to answer a ping'),
  SWEEP_MS: count(50, 10_000).default(500).describe('Ms between two sweeps of due locks and snoozes'),
  ACCESS_TOKEN_MINUTES: count(1, 1_440).default(15).describe('Minutes that an access token lives'),
  REFRESH_DAYS: count(1, 365).default(30).describe('Days that a sign-in lives without use'),
  MAX_LOCKS: count(1, 1_000)
    .default(20)
    .describe('Most conversations an agent holds in inboxes with lockOn: compose'),
  UNDO_FOR_MS: count(0, 60_000)
    .default(5_000)
    .describe(
      'Ms for which a reply waits before it leaves, so that its author can take it back; 0: none waits',
    ),
  RATE_LIMIT_FACTOR: z.coerce
    .number()
    .min(0.1)
    .max(1_000)
    .default(1)
    .describe('Multiplies every rate limit, for load tests'),
  DRAIN_NOTICE_MS: count(0, 120_000)
    .default(0)
    .describe('Ms between "not ready" and the goodbye after SIGTERM, so that a balancer sees it'),
  DRAIN_SPREAD_MS: count(0, 120_000)
    .default(2_000)
    .describe('Ms over which the clients of a server that stops come back, each at its own moment'),
  DRAIN_MS: count(0, 120_000).default(5_000).describe('Most ms to finish after SIGTERM'),
});

export type Config = z.infer<typeof settings>;

/** A setting that cannot be used, in words for whoever set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings from an environment. Throws `ConfigError` naming every wrong variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given: Record<string, string> = {};
  for (const name of Object.keys(settings.shape)) {
    const value = env[name];
    // An empty variable is one that was not set.
    if (value !== undefined && value !== '') given[name] = value;
  }
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`Some settings cannot be used.\n  ${wrong.join('\n  ')}`);
  }
  const config = parsed.data;
  if (config.DATABASE_URL !== undefined && config.REDIS_URL === undefined) {
    throw new ConfigError('DATABASE_URL is for several servers and needs REDIS_URL as well.');
  }
  if (config.LOCK_REDIS_URLS !== undefined && config.REDIS_URL === undefined) {
    throw new ConfigError(
      'LOCK_REDIS_URLS holds the locks alone; hints and presence need REDIS_URL as well.',
    );
  }
  if ((config.TLS_CERT_FILE === undefined) !== (config.TLS_KEY_FILE === undefined))
    throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both, or none.');
  checkProvider(config);
  checkRoles(config);
  return config;
}

/** Without the token nobody could tell the provider's calls from a stranger's, without the address there would be none. */
function checkProvider({ SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, PUBLIC_URL }: Config): void {
  if ((SMS_ACCOUNT_SID === undefined) !== (SMS_AUTH_TOKEN === undefined))
    throw new ConfigError('SMS_ACCOUNT_SID and SMS_AUTH_TOKEN belong together: set both, or none.');
  if (SMS_ACCOUNT_SID !== undefined && PUBLIC_URL === undefined)
    throw new ConfigError('SMS_ACCOUNT_SID needs PUBLIC_URL: the provider brings texts to that address.');
}

/** A part of the work must have somebody else who does the rest, and who shares the locks. */
function checkRoles({ ROLES, REDIS_URL, SMTP_PORT }: Config): void {
  const missing = Role.options.filter((role) => !ROLES.includes(role));
  if (missing.length > 0 && REDIS_URL === undefined) {
    throw new ConfigError(
      `ROLES without ${missing.join(' and ')} leaves that to another server, and several servers need REDIS_URL. One server alone does everything: leave ROLES out.`,
    );
  }
  if (ROLES.every((role) => role === 'smtp') && SMTP_PORT === 0)
    throw new ConfigError('ROLES=smtp with SMTP_PORT=0 would do nothing.');
}
