/** Command line of `npm run import`. */
import { parseArgs } from 'node:util';
import { importMails } from './import-mails.ts';

const USAGE = `Usage: npm run import -- --inbox INBOX [--url URL] [--key KEY] FILE-OR-FOLDER…
  --inbox  id or API code of the inbox that gets the mails
  --url    of the server; default http://localhost:4000
  --key    API key of an admin or of somebody who manages the inbox; default: the variable LATCHBOX_KEY
Folders are read with all that is in them, files that end in .eml. Mails that are there already are not filed twice.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      inbox: { type: 'string' },
      url: { type: 'string' },
      key: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const key = values.key ?? process.env['LATCHBOX_KEY'];
  if (values.help === true || values.inbox === undefined || key === undefined || positionals.length === 0) {
    process.stdout.write(`${USAGE}\n`);
    return values.help === true ? 0 : 2;
  }
  const { failed } = await importMails({
    url: values.url ?? 'http://localhost:4000',
    key,
    inbox: values.inbox,
    paths: positionals,
    progress: process.stderr.isTTY ? (line) => process.stderr.write(`\r${line}\u001b[K`) : () => undefined,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The import ended. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
