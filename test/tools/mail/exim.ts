/** A real Exim that delivers into the maildirs of a Dovecot: what arrives by SMTP, and what leaves with a sign-in. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { freePort } from '../server-process.ts';
import { greets } from './dovecot.ts';
import { endProgram, mailOwner, startProgram } from './programs.ts';

export interface EximOptions {
  /** A folder of its own, which its owner removes. */
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
  /** Passwords of those who may send, by the address they send as; also whose mail is delivered. */
  readonly users: Readonly<Record<string, string>>;
  readonly boxOf: (address: string) => string;
}

export interface Exim extends AsyncDisposable {
  /** Ports: plain with STARTTLS, and TLS from the first byte on. */
  readonly smtp: number;
  readonly smtps: number;
}

/** Mail to somebody unknown in a domain of its users is taken, and comes back as a bounce, as on real servers behind others. */
export async function startExim(options: EximOptions): Promise<Exim> {
  const { folder } = options;
  const [smtp, smtps] = [await freePort(), await freePort()];
  await mkdir(join(folder, 'spool'), { recursive: true });
  await chmod(folder, 0o777);
  await chmod(join(folder, 'spool'), 0o777);
  const table = (value: (address: string) => string): string =>
    Object.keys(options.users)
      .map((address) => `${address}: ${value(address)}\n`)
      .join('');
  await writeFile(
    join(folder, 'boxes'),
    table((address) => options.boxOf(address)),
  );
  await writeFile(
    join(folder, 'passwords'),
    table((address) => options.users[address] ?? ''),
  );
  await writeFile(join(folder, 'cert.pem'), options.cert);
  await writeFile(join(folder, 'key.pem'), options.key);
  const config = join(folder, 'exim.conf');
  await writeFile(config, configOf(options, { smtp, smtps }));
  await chmod(config, 0o644);
  const { child, said } = startProgram('exim4', ['-C', config, '-bdf', '-q5s']);
  await eventually(
    `Exim answers on port ${smtp}`,
    async () => {
      if (child.exitCode !== null) throw new Error(`Exim ended: ${said.join('')}`);
      return await greets(smtp, '220');
    },
    20_000,
    50,
  );
  return { smtp, smtps, [Symbol.asyncDispose]: () => endProgram(child) };
}

function configOf({ folder, users }: EximOptions, ports: { smtp: number; smtps: number }): string {
  const { user, group, root } = mailOwner();
  const domains = new Set(Object.keys(users).map((address) => address.slice(address.indexOf('@') + 1)));
  return `
primary_hostname = localhost
spool_directory = ${folder}/spool
log_file_path = ${folder}/exim-%slog
pid_file_path = ${folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.smtp} : ${ports.smtps}
tls_on_connect_ports = ${ports.smtps}
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
host_lookup =
rfc1413_query_timeout = 0s
queue_only_load = 100
deliver_queue_load_max = 200
remote_max_parallel = 4
smtp_accept_queue_per_connection = 100
${root ? '' : `exim_user = ${user}\nexim_group = ${group}`}
deliver_drop_privilege = true
never_users =
domainlist own_domains = ${[...domains].join(' : ')}
acl_smtp_rcpt = rcpt
acl_smtp_data = accept

begin acl

rcpt:
  deny
    authenticated = *
    condition = \${if eqi{$authenticated_id}{\${sg{$sender_address}{\\\\+[^@]*}{}}}{no}{yes}}
    !senders = :
    message = $sender_address is not yours
  accept
    domains = +own_domains
  deny
    message = no relaying

begin routers

mailboxes:
  driver = accept
  domains = +own_domains
  local_part_suffix = +*
  local_part_suffix_optional
  condition = \${lookup{\${lc:$local_part@$domain}}lsearch{${folder}/boxes}{yes}{no}}
  transport = maildir

begin transports

maildir:
  driver = appendfile
  directory = \${lookup{\${lc:$local_part@$domain}}lsearch{${folder}/boxes}{$value}fail}
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  directory_mode = 0700
  mode = 0600

begin retry

* * F,1h,5s

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if eq{\${lookup{$auth2}lsearch{${folder}/passwords}{$value}fail}}{$auth3}}
  server_set_id = $auth2
`;
}
