/** A real Dovecot: IMAP with TLS and STARTTLS, passwords, and OAuth2 with an introspection server that the test gives. */
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { freePort } from '../server-process.ts';
import { endProgram, mailOwner, startProgram } from './programs.ts';

export interface DovecotOptions {
  /** A folder of its own, which its owner removes. */
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
  /** Passwords by address. */
  readonly users: Readonly<Record<string, string>>;
  /** Where tokens are looked into, as in `http://127.0.0.1:1/introspect?token=`. */
  readonly introspection?: string;
}

export interface Dovecot extends AsyncDisposable {
  /** Ports: plain with STARTTLS, and TLS from the first byte on. */
  readonly imap: number;
  readonly imaps: number;
  /** Folder of a mailbox (maildir). */
  readonly boxOf: (address: string) => string;
  /** Ends all connections and takes no new ones. */
  stop(): Promise<void>;
  /** Starts it again on the same ports; with `offers` it says that it can do this and no more (IMAP's CAPABILITY). */
  start(offers?: string): Promise<void>;
  /** Gives a folder another UIDVALIDITY, as a restored or rebuilt mailbox has it; only while it is stopped. */
  forgetUids(address: string): Promise<void>;
}

export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const { folder } = options;
  const [imap, imaps] = [await freePort(), await freePort()];
  const mail = join(folder, 'mail');
  await mkdir(mail, { recursive: true });
  await chmod(folder, 0o755);
  const { root, uid, gid } = mailOwner();
  if (root) await chown(mail, uid, gid);
  const files: Record<string, string> = {
    'dovecot.conf': configOf(options, { imap, imaps }),
    'cert.pem': options.cert,
    'key.pem': options.key,
    users: Object.entries(options.users)
      .map(([address, password]) => `${address}:{PLAIN}${password}\n`)
      .join(''),
    'oauth2.conf': OAUTH2.replace('URL', options.introspection ?? 'http://127.0.0.1:9/?token='),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const boxOf = (address: string) => join(mail, address);
  let running = await launch(folder, imap);
  const stop = async () => await endProgram(running);
  return {
    imap,
    imaps,
    boxOf,
    stop,
    async start(offers) {
      const settings = configOf(options, { imap, imaps });
      // Some offer COMPRESS, which is a plugin.
      const said =
        offers === undefined
          ? ''
          : `imap_capability = ${offers}\nprotocol imap {\n  mail_plugins = imap_zlib\n}\n`;
      await writeFile(join(folder, 'dovecot.conf'), settings + said);
      running = await launch(folder, imap);
    },
    async forgetUids(address) {
      const all = ['', '.Sent', '.Support'].map((name) => join(boxOf(address), name));
      for (const box of all) {
        for (const file of ['dovecot-uidlist', 'dovecot.index', 'dovecot.index.log', 'dovecot.index.cache'])
          await rm(join(box, file), { force: true });
      }
      await rm(join(boxOf(address), 'dovecot-uidvalidity'), { force: true });
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function launch(folder: string, port: number) {
  const { child, said } = startProgram('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')]);
  await eventually(
    `Dovecot answers on port ${port}`,
    async () => {
      if (child.exitCode !== null) throw new Error(`Dovecot ended: ${said.join('')}`);
      return await greets(port, '* OK');
    },
    20_000,
    50,
  );
  return child;
}

/** Whether a server on this port greets with these words. */
export function greets(port: number, words: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.on('data', (data) => end(data.toString().includes(words)));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}

const OAUTH2 = `
introspection_url = URL
introspection_mode = get
username_attribute = email
active_attribute = active
active_value = true
`;

function configOf({ folder }: DovecotOptions, ports: { imap: number; imaps: number }): string {
  const { user, group, root } = mailOwner();
  const own = `
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
`;
  return `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = yes
auth_failure_delay = 0
# A wrong password makes nobody wait.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
mail_location = maildir:${folder}/mail/%u
mail_uid = ${user}
mail_gid = ${group}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 100
imap_hibernate_timeout = 0
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {
  driver = passwd-file
  args = ${folder}/users
  mechanisms = plain login
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/oauth2.conf
}
userdb {
  driver = static
  args = uid=${user} gid=${group} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
  mailbox Support {
    auto = create
  }
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
${root ? '' : own}`;
}
