import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { readCatalogue } from '../../src/lessons/catalogue.ts';
import { readInventory } from '../../src/topology/inventory.ts';
import { describeBrokers, describeLabBroker, describeNewestBroker, managementOf, type TestBroker, withVhost } from '../support/brokers.ts';
import { type CliResult, runCli } from '../support/spawn.ts';

const root = join(import.meta.dirname, '../..');
const lessons = readCatalogue({ folder: join(root, 'lessons'), languages: ['en'], warn: () => undefined });
const translated = readCatalogue({ folder: join(root, 'lessons'), languages: ['pt-BR', 'en'], warn: () => undefined })
  .filter(({ file }) => file.endsWith('/pt-BR.md'))
  .map(({ id, title }) => [id, title] as const);
const texts = lessons.map((lesson) => [lesson.id, readFileSync(join(root, lesson.file), 'utf8')] as const);

/** Plays a lesson, or a lesson file, on a broker with nobody looking on. */
async function play(broker: Pick<TestBroker, 'url' | 'api'>, lesson: string, ...more: string[]): Promise<CliResult & { text: string }> {
  const env = { RMQ_LAB_URL: broker.url, RMQ_LAB_API: broker.api };
  const result = await runCli(['lesson', 'start', lesson, '--auto', ...more], { env });
  return { ...result, text: result.stdout.toString() };
}

/** The same for a changed lesson. */
async function playText(broker: TestBroker, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-lesson-'));
  try {
    writeFileSync(join(folder, 'changed.md'), text);
    return await play(broker, join(folder, 'changed.md'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fails unless the vhost that the transcript names is gone. */
async function expectNothingLeft(broker: TestBroker, transcript: string) {
  const [vhost] = /rmq-lab-[a-z-]+-[a-z0-9]{6}/.exec(transcript) ?? [];
  expect(vhost).toBeDefined();
  expect(await managementOf(broker).get(`/api/vhosts/${vhost}`)).toBeUndefined();
}

/** The lesson with little patience: what is to fail need not be waited for. */
function impatient(text: string): string {
  return text.replace(/(- `rmq-lab expect [^`]+)`/g, '$1 --within 200ms`').replace(/^(rmq-lab expect .+)$/gm, '$1 --within 200ms');
}

/** The lesson with the key of its n-th prediction (from 0) replaced by another one. */
function withWrongKey(text: string, n: number): string {
  let count = -1;
  return text.replace(/(<summary>Answer<\/summary>\n\n\*\*)([a-g])/g, (found, before: string, key: string) => {
    count += 1;
    return count === n ? before + (key === 'a' ? 'b' : 'a') : found;
  });
}

const predictions = texts.flatMap(([id, text]) =>
  [...text.matchAll(/<summary>Answer<\/summary>/g)].map((_, n) => [id, n + 1, impatient(withWrongKey(text, n))] as const),
);
const checks = texts.flatMap(([id, text]) => {
  // what holds on any broker, before anything was done
  const changed = text.replace(/(```sh \{check id=[a-z]+\}\n)[^`]+/, '$1rmq-lab expect exchange amq.direct\n');
  const insufficient = text.replace(/(```sh \{solution=[a-z]+)[^}]*(\}\n)[^`]+/g, '$1$2rmq-lab declare-queue beside-the-point\n');
  return [[id, impatient(changed), impatient(insufficient)] as const];
});

describeBrokers('a lesson', (broker) => {
  test.each(texts)('%s is true, from its commands to its answers, and leaves nothing', async (id) => {
    const { exitCode, stderr, text } = await play(broker, id);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(text).toContain(broker.serverVersion);
    await expectNothingLeft(broker, text);
  });

  test.each(texts)('%s is true in a vhost that others use, too, and leaves nothing of its own', async (id) => {
    await withVhost(broker, async ({ vhost, url, api }) => {
      const connection = await amqplib.connect(url);
      await (await connection.createChannel()).assertQueue('theirs');
      await connection.close();
      const { exitCode, stderr } = await play({ url, api }, id, '--here');
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const { exchanges, queues } = await readInventory(managementOf(broker), vhost);
      expect(queues.map(({ name }) => name)).toEqual(['theirs']);
      expect(exchanges.map(({ name }) => name).filter((name) => name !== '' && !name.startsWith('amq.'))).toEqual([]);
    });
  });
});

// what a lesson does is the same in every language
describeLabBroker('a translated lesson', (broker) => {
  test.each(translated)('%s is true, and leaves nothing', async (id, title) => {
    const { exitCode, stderr, text } = await play(broker, id, '--lang', 'pt-BR');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(text).toContain(title);
    await expectNothingLeft(broker, text);
  });
});

// that the machinery finds what is wrong does not depend on the broker
describeNewestBroker('a lesson that is wrong', (broker) => {
  test.each(predictions)('%s fails with a wrong answer to prediction %d', async (_, _n, text) => {
    const played = await playText(broker, text);
    expect(played).toMatchObject({
      exitCode: 7,
      stderr: expect.stringMatching(/changed\.md:\d+: the answer is said to be [ab], but the broker did/),
    });
    await expectNothingLeft(broker, played.text);
  });

  test.each(checks)('%s fails with a check that passes before its solution, and with one that fails after it', async (_, before, after) => {
    expect(await playText(broker, before)).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/passes before anything was done/) });
    expect(await playText(broker, after)).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/fails after its solution/) });
  });

  test('fails where a command succeeds that is to be refused', async () => {
    const text = texts
      .find(([id]) => id === 'declare')?.[1]
      .replace('rmq-lab declare-queue stock --max-length 1\n', 'rmq-lab declare-queue stock --max-length 3\n');
    expect(await playText(broker, text ?? '')).toMatchObject({
      exitCode: 7,
      stderr: expect.stringMatching(/was to be refused with 406, and succeeded/),
    });
  });
});

describeBrokers('the inventory', (broker) => {
  test('counts what was published a moment ago', async () => {
    await withVhost(broker, async ({ vhost, url }) => {
      const connection = await amqplib.connect(url);
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('q', { arguments: { 'x-max-length': 5 } });
      await channel.assertExchange('x', 'headers', { durable: true });
      await channel.bindQueue('q', 'x', '', { 'x-match': 'any', n: 1 });
      for (let n = 1; n <= 5; n += 1) {
        channel.sendToQueue('q', Buffer.from('x'));
        await channel.waitForConfirms();
        const { queues } = await readInventory(managementOf(broker), vhost);
        expect(queues).toMatchObject([
          { name: 'q', type: 'classic', durable: true, messages: n, ready: n, unacked: 0, arguments: { 'x-max-length': 5 } },
        ]);
      }
      await channel.get('q');
      const { queues, exchanges, bindings, counts } = await readInventory(managementOf(broker), vhost);
      expect(queues).toMatchObject([{ messages: 5, ready: 4, unacked: 1 }]);
      expect(exchanges.find(({ name }) => name === 'x')).toMatchObject({ type: 'headers', durable: true, internal: false });
      expect(bindings).toEqual(
        expect.arrayContaining([
          { source: '', destination: 'q', destinationType: 'queue', routingKey: 'q', arguments: {} },
          { source: 'x', destination: 'q', destinationType: 'queue', routingKey: '', arguments: { 'x-match': 'any', n: 1 } },
        ]),
      );
      expect(counts).toBe('current');
      await connection.close();
    });
  });
});
