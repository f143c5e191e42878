/** Starts a server from the environment and the command line, and drains it on SIGTERM and SIGINT. */
import { parseArgs } from 'node:util';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  // better-sqlite3 dies with a bare SIGSEGV on an older Node, so nothing of it may be loaded before this.
  process.stderr.write(
    `Latchbox needs Node 22.18 or newer to run; this is ${process.version}. "npm start" brings its own.\n`,
  );
  process.exit(1);
}

const USAGE = `Usage: npm start -- [--empty] [--colleagues N]
  --empty         no demo organisation: a set-up page behind a printed one-time key
  --colleagues N  N simulated colleagues who open, type, answer and idle (1 to 3)
Settings come from the environment; docs/settings.md lists them.`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      empty: { type: 'boolean' },
      colleagues: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const colleagues = Number(values.colleagues ?? 0);
  if (!Number.isInteger(colleagues) || colleagues < 0 || colleagues > 3)
    throw new Error('--colleagues takes a number from 0 to 3.');
  if (values.empty === true && colleagues > 0)
    throw new Error('--colleagues need the demo organisation; leave out --empty.');
  return { empty: values.empty === true, colleagues, help: values.help === true };
}

async function main(): Promise<void> {
  const options = readArguments();
  if (options.help) return void process.stdout.write(`${USAGE}\n`);
  const { readConfig } = await import('./config.ts');
  const config = readConfig(process.env);
  if (options.colleagues > 0 && config.TLS_CERT_FILE !== undefined)
    throw new Error('--colleagues come by http://localhost; leave out TLS_CERT_FILE and TLS_KEY_FILE.');
  const { startApp } = await import('./app.ts');
  const app = await startApp(config, options);
  let stopping = false;
  const stop = (signal: string) => {
    // A second signal means: now.
    if (stopping) process.exit(1);
    stopping = true;
    app.log.info('stopping', { signal });
    void app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error('the stop failed', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  // Only with TLS: elsewhere it means that the terminal was closed, and ends the process.
  const { lookAtCertificate } = app;
  if (lookAtCertificate !== undefined) process.on('SIGHUP', lookAtCertificate);
}

main().catch((error: unknown) => {
  const known =
    error instanceof Error && ['ConfigError', 'StartError', 'Error', 'LatchboxError'].includes(error.name);
  process.stderr.write(`Latchbox did not start. ${known ? error.message : String(error)}\n`);
  if (!known && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(1);
});
