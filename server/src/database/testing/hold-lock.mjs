// Holds the write lock of a SQLite file: node hold-lock.mjs <file> <ms>. Says "held" when it has it.
import BetterSqlite3 from 'better-sqlite3';

const [file, ms] = process.argv.slice(2);
const db = new BetterSqlite3(file);
db.exec("BEGIN IMMEDIATE; INSERT INTO counters (name, value) VALUES ('theirs', 1)");
process.stdout.write('held\n');
setTimeout(() => {
  db.exec('COMMIT');
  db.close();
}, Number(ms));
