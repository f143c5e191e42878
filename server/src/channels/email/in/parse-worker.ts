/** Parses one mail in a thread of its own: see `parse-apart.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { parseMail } from './parse.ts';

const email = await parseMail(Buffer.from(workerData as Uint8Array));
parentPort?.postMessage(email);
