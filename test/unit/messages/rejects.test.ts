import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvelope } from '../../../src/client/envelope.ts';
import type { Message } from '../../../src/client/message.ts';
import { createRejects } from '../../../src/messages/rejects.ts';

const message = (body: string | Buffer): Message => ({
  exchange: 'x',
  routingKey: 'k',
  properties: { type: 't' },
  body: Buffer.from(body),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-rejects-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('without a file', () => {
  test('a line each for the first ten, then their number', async () => {
    const lines: string[] = [];
    const rejects = await createRejects(undefined, (line) => lines.push(line));
    expect(rejects.first).toBeUndefined();
    for (let n = 1; n <= 12; n++) rejects.add(message(`${n}`), n % 2 === 0 ? 'nacked' : 'returned', '312 NO_ROUTE');
    await rejects.close();
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe("returned: 1 bytes for exchange 'x', key 'k': 312 NO_ROUTE");
    expect(lines[1]).toMatch(/^nacked: /);
    expect(lines[10]).toBe('… and 2 more (--rejected FILE keeps them)');
    expect(rejects.first).toEqual(message('1'));
  });

  test('the first is the first that was returned, where there is one', async () => {
    const rejects = await createRejects(undefined, () => undefined);
    rejects.add(message('nacked'), 'nacked', 'r');
    expect(rejects.first).toEqual(message('nacked'));
    rejects.add(message('returned'), 'returned', 'r');
    rejects.add(message('later'), 'returned', 'r');
    expect(rejects.first).toEqual(message('returned'));
  });

  test.each([0, 1, 10])('%d: nothing more to say', async (count) => {
    const lines: string[] = [];
    const rejects = await createRejects(undefined, (line) => lines.push(line));
    for (let n = 0; n < count; n++) rejects.add(message('a'), 'returned', 'r');
    await rejects.close();
    expect(lines).toHaveLength(count);
  });
});

describe('with a file', () => {
  test('all of them as envelopes, in order, and nothing on stderr', async () => {
    const file = join(folder, 'rejected.ndjson');
    writeFileSync(file, 'what was there before\n');
    const lines: string[] = [];
    const rejects = await createRejects(file, (line) => lines.push(line));
    const sent = Array.from({ length: 1_000 }, (_, n) => message(n % 2 === 0 ? `body ${n}` : Buffer.from([0xff, n & 0xff])));
    for (const each of sent) rejects.add(each, 'returned', 'r');
    await rejects.close();
    const written = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => parseEnvelope(line));
    expect(written).toEqual(sent);
    expect(lines).toEqual([]);
    expect(rejects.first).toBe(sent[0]);
  });

  test('none rejected leaves an empty file', async () => {
    const file = join(folder, 'rejected.ndjson');
    await (await createRejects(file, () => undefined)).close();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test.each<[string, string]>([
    ['nowhere/rejected.ndjson', 'ENOENT'],
    ['.', 'EISDIR'],
  ])('%s cannot be written: exit 2, before anything is sent', async (name, code) => {
    await expect(createRejects(join(folder, name), () => undefined)).rejects.toMatchObject({
      exitCode: 2,
      message: `--rejected: cannot write '${join(folder, name)}': ${code}`,
      hint: expect.stringMatching(/./),
    });
  });

  test('a full disk is told, whenever it is noticed', async () => {
    const rejects = await createRejects('/dev/full', () => undefined);
    for (let n = 0; n < 100; n++) rejects.add(message('a'.repeat(10_000)), 'returned', 'r');
    await expect(rejects.close()).rejects.toMatchObject({ exitCode: 1, message: expect.stringMatching(/\/dev\/full.*ENOSPC/) });
  });
});
