import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqplib from 'amqplib';
import fc from 'fast-check';
import { createLabBroker, type LabBroker } from '../../../../src/lab-broker/lab-broker.ts';
import { PROLOGUE, readRecords } from '../../../../src/lab-broker/store/records.ts';
import { recoveryView } from '../../../../src/output/recovery-view.ts';

const QUEUES = ['classic', 'quorum'];

/** A record of a log, and what stands in it, as far as that is text. */
interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

let folder = '';
let whole: readonly Span[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-damage-'));
  for (const life of [0, 1, 2]) {
    const broker = await createLabBroker({ dataDir: join(folder, 'whole') });
    await using(broker, async (channel) => {
      for (const queue of QUEUES) {
        await channel.assertQueue(queue, { arguments: { 'x-queue-type': queue } });
        for (let n = 0; n < 12; n++) channel.sendToQueue(queue, Buffer.from(nameOf(queue, life * 12 + n)), { persistent: true });
      }
      await channel.waitForConfirms();
    });
    await broker.close();
  }
  whole = readdirSync(join(folder, 'whole')).flatMap((file) => {
    let end = 0;
    return readRecords(readFileSync(join(folder, 'whole', file))).records.map((record) => {
      const start = end;
      end += PROLOGUE + record.length;
      return { file, start, end, text: record.toString('latin1') };
    });
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const nameOf = (queue: string, n: number) => `<${queue} ${n}>`;

async function using<T>({ url }: LabBroker, use: (channel: amqplib.ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await amqplib.connect(url);
  try {
    return await use(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}

/** All messages of a queue, which stay in it. */
async function bodiesIn(channel: amqplib.Channel, queue: string): Promise<string[]> {
  const found: string[] = [];
  for (let next = await channel.get(queue); next !== false; next = await channel.get(queue)) {
    found.push(`${next.content}${next.fields.redelivered ? '' : ' as new'}`);
  }
  return found;
}

const isHit = ({ file, start, end }: Span, damage: { readonly file: string; readonly from: number; readonly to: number }) =>
  damage.file === file && start < damage.to && damage.from < end;

/** Starts a broker on a damaged copy, twice, and sees that it has told of each record that is gone, and kept all others. */
async function expectKept(dataDir: string, hit: readonly Span[], told = hit): Promise<void> {
  const gone = (text: string) => hit.some((span) => span.text.includes(text));
  // the first one cuts off a torn end, and has then been told of it
  for (const time of ['first', 'second']) {
    const broker = await createLabBroker({ dataDir });
    try {
      const { recovery } = broker;
      if (recovery === undefined) throw new Error('it found nothing');
      if (time === 'first') {
        const view = recoveryView(recovery).join('\n');
        for (const { file, start, end } of told) {
          const spot = recovery.damage
            .find((report) => report.file === file)
            ?.damage.find(({ at, length }) => at < end && start < at + length);
          expect(spot).toBeDefined();
          expect(view).toMatch(new RegExp(`${file}: .*byte ${spot?.at} on`));
        }
      }
      expect(recovery.unknown).toBe(0);
      const queues = QUEUES.filter((queue) => !gone(`["queue","/","${queue}"]`));
      const lost = QUEUES.filter((queue) => !queues.includes(queue));
      const all = (queue: string) => Array.from({ length: 36 }, (_, n) => nameOf(queue, n)).filter((name) => !gone(name));
      if (time === 'first') expect(recovery.homeless).toBe(lost.flatMap(all).length);
      await using(broker, async (channel) => {
        for (const queue of queues) expect(await bodiesIn(channel, queue)).toEqual(all(queue));
      });
      expect(Object.keys(broker.snapshot().vhosts['/']?.queues ?? {}).sort()).toEqual(queues);
    } finally {
      await broker.close();
    }
  }
}

function damagedCopy(damage: (bytes: Buffer, file: string) => Buffer): string {
  const dataDir = mkdtempSync(join(folder, 'copy-'));
  cpSync(join(folder, 'whole'), dataDir, { recursive: true });
  for (const file of readdirSync(dataDir)) writeFileSync(join(dataDir, file), damage(readFileSync(join(dataDir, file)), file));
  return dataDir;
}

test('a flipped bit costs the record that it is in, wherever that is, and its place is told', async () => {
  const place = fc.double({ min: 0, max: 0.999_999, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(place, place, fc.nat(7)), { minLength: 1, maxLength: 3 }), async (flips) => {
      const spots = flips.map(([record, octet, bit]) => {
        const { file, start, end } = whole[Math.floor(record * whole.length)] as Span;
        return { file, at: start + Math.floor(octet * (end - start)), mask: 1 << bit };
      });
      const masks = new Map<string, { file: string; at: number; mask: number }>();
      for (const spot of spots) masks.set(`${spot.file} ${spot.at}`, spot);
      const dataDir = damagedCopy((bytes, file) => {
        for (const { at, mask } of [...masks.values()].filter((spot) => spot.file === file)) bytes[at] = (bytes[at] ?? 0) ^ mask;
        return bytes;
      });
      await expectKept(
        dataDir,
        whole.filter((span) => [...masks.values()].some(({ file, at }) => isHit(span, { file, from: at, to: at + 1 }))),
      );
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('without its virtual host, its user, his permissions or a queue, the rest is there, and guest is let in', async () => {
  const definitions = whole.filter(({ text }) => text.includes('["'));
  expect(definitions.length).toBeGreaterThanOrEqual(5);
  for (const definition of definitions) {
    const dataDir = damagedCopy((bytes, file) => {
      if (file === definition.file) bytes[definition.end - 1] = (bytes[definition.end - 1] ?? 0) ^ 1;
      return bytes;
    });
    await expectKept(dataDir, [definition]);
  }
}, 60_000);

test('of a file that was cut off in a record, all records before that are kept', async () => {
  const share = fc.double({ min: 0, max: 0.999_999, noNaN: true });
  await fc.assert(
    fc.asyncProperty(share, share, async (record, octet) => {
      const { file, start, end } = whole[Math.floor(record * whole.length)] as Span;
      const cut = { file, from: start + 1 + Math.floor(octet * (end - start - 1)), to: Number.POSITIVE_INFINITY };
      const dataDir = damagedCopy((bytes, name) => (name === file ? bytes.subarray(0, cut.from) : bytes));
      const hit = whole.filter((span) => isHit(span, cut));
      await expectKept(dataDir, hit, hit.slice(0, 1));
    }),
    { numRuns: 15 },
  );
}, 60_000);
