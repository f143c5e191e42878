import { storageContract } from './storage.contract.ts';
import { openTestDatabase, TEST_DIALECTS } from './testing/open.ts';

const notRun = TEST_DIALECTS.includes('postgres')
  ? ''
  : ' (a Postgres server: not run, LATCHBOX_TEST_POSTGRES_URL names none)';

for (const dialect of TEST_DIALECTS) {
  storageContract({
    name: `${dialect}${dialect === 'pglite' ? notRun : ''}`,
    oneWriter: dialect !== 'postgres',
    open: (deps) => openTestDatabase(dialect, deps),
  });
}
