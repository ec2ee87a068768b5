// Whether the lab broker confirms only what was flushed, as the kernel sees it: for scripts/bench-lab-kept.js.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import amqplib from 'amqplib';

/** A message's number, in its body, as strace shows it. */
const NUMBER = /\\x23((?:\\x3[0-9]){9})\\x23/g;

/** A basic.ack frame: type, channel, size 13, class 60, method 80, tag, multiple. */
const ACK = /\\x01\\x00\\x[0-9a-f]{2}\\x00\\x00\\x00\\x0d\\x00\\x3c\\x00\\x50((?:\\x[0-9a-f]{2}){8})\\x0[01]\\xce/g;

const octets = (text) => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/**
 * Publishes under strace, then reads the trace: which messages had been written when a flush began, and whether each confirm was written
 * after the end of such a flush. @throws when one was not.
 */
export async function checkFlushes(server, folder, messages, window) {
  const trace = `${folder}.trace`;
  const calls = 'trace=write,writev,pwrite64,sendto,sendmsg,fdatasync';
  const strace = ['-f', '-y', '-xx', '-s', '10000000', '-e', calls, '-o', trace, process.execPath, server, folder];
  const child = spawn('strace', strace, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  await publish(url, messages, window);
  child.stdin.end();
  await once(child, 'exit');
  return readTrace(readFileSync(trace, 'utf8'), messages);
}

async function publish(url, messages, window) {
  const connection = await amqplib.connect(url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('checked', { durable: true });
  let confirmed = 0;
  await new Promise((resolve, reject) => {
    let sent = 0;
    const settled = (error) => {
      if (error) reject(error);
      if (++confirmed === messages) resolve();
      fill();
    };
    const fill = () => {
      for (; sent < messages && sent - confirmed < window; sent++) {
        const body = Buffer.from(`#${String(sent + 1).padStart(9, '0')}#`.padEnd(100, 'x'));
        channel.sendToQueue('checked', body, { persistent: true }, settled);
      }
    };
    fill();
  });
  await connection.close();
}

/** Lines of a trace, each call once: when it began, and when it ended. */
function readTrace(text, messages) {
  const open = new Map();
  /** Highest message written, flushed, confirmed. A flush covers what had been written as it began. */
  const seen = { written: 0, flushed: 0, confirmed: 0, flushes: 0 };
  const began = (call) => {
    if (call.name === 'fdatasync') call.covers = seen.written;
    if (call.target.startsWith('socket:') || call.target.startsWith('TCP')) confirm(call.args, seen);
    return call;
  };
  const ended = ({ name, target, args, covers }) => {
    if (name === 'fdatasync') {
      seen.flushed = covers;
      seen.flushes++;
    } else if (target.endsWith('.log')) for (const [, digits] of args.matchAll(NUMBER)) seen.written = Number(octets(digits).toString());
  };
  for (const line of text.split('\n')) {
    const [, thread, rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    if (resumed !== null) {
      const call = open.get(thread);
      open.delete(thread);
      if (call !== undefined) ended({ ...call, args: call.args + resumed[1] });
      continue;
    }
    const [, name, shown = '', args = ''] = /^(\w+)\(\d+<([^>]*)>(.*)$/.exec(rest) ?? [];
    if (name === undefined) continue;
    const target = shown.includes('\\x') ? octets(shown).toString() : shown;
    const call = began({ name, target, args });
    if (args.endsWith('<unfinished ...>')) open.set(thread, call);
    else ended(call);
  }
  if (seen.confirmed < messages) throw new Error(`the trace shows confirms of ${seen.confirmed} messages only, of ${messages}`);
  return `${seen.flushes} flushes for ${messages} messages; no confirm was sent before the flush of its message had ended`;
}

function confirm(args, seen) {
  for (const [, tag] of args.matchAll(ACK)) {
    seen.confirmed = Number(octets(tag).readBigUInt64BE());
    if (seen.confirmed > seen.flushed) throw new Error(`message ${seen.confirmed} was confirmed when ${seen.flushed} had been flushed`);
  }
}
