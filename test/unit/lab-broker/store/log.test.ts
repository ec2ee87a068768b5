import fc from 'fast-check';
import { type DamageReport, Log } from '../../../../src/lab-broker/store/log.ts';
import { createLossyFiles, type LossyFiles } from './lossy-files.ts';

/** A log on these files that has read what is there, and what it reported. */
async function openLog(files: LossyFiles, segmentSize?: number) {
  const progress: (number | Error)[] = [];
  const retries: (() => void)[] = [];
  const found: string[] = [];
  const log = new Log(
    files,
    {
      progress: (safe) => progress.push(safe),
      failed(error, retry) {
        progress.push(error);
        retries.push(retry);
      },
    },
    segmentSize,
  );
  const damage: DamageReport[] = await log.recover((record) => found.push(String(record)));
  const write = (text: string) => log.append(Buffer.byteLength(text), (buffer, at) => buffer.write(text, at));
  return { log, write, progress, retries, found, damage };
}

const turn = () => new Promise(setImmediate);

test('what was reported as safe is there after a crash, in order, whatever else is lost', async () => {
  const histories = fc.array(fc.oneof(fc.constant('turn' as const), fc.constant('roll' as const), fc.nat(300)), {
    maxLength: 40,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(histories, fc.double({ min: 0, max: 1, noNaN: true }), async (history, keep) => {
      const files = createLossyFiles();
      const { log, write } = await openLog(files, 500);
      const written: string[] = [];
      for (const step of history) {
        if (step === 'turn') await turn();
        else if (step === 'roll') log.roll();
        else {
          written.push(`${written.length}:${'x'.repeat(step)}`);
          write(written.at(-1) as string);
        }
      }
      const { safe } = log;
      const { found } = await openLog(files.afterCrash(keep));
      expect(found.slice(0, safe)).toEqual(written.slice(0, safe));
      expect(found).toEqual(written.slice(0, found.length));
      await log.close();
    }),
    { numRuns: 150 },
  );
});

test('all that was gathered goes in one batch, with one flush', async () => {
  const files = createLossyFiles();
  const flushed: string[] = [];
  const { flush } = files;
  files.flush = (name) => {
    flushed.push(name);
    return flush(name);
  };
  const { log, write, progress } = await openLog(files);
  for (let n = 0; n < 100; n++) write(String(n));
  await log.close();
  expect(progress).toEqual([100]);
  expect(flushed).toHaveLength(1);
});

test('a torn end is cut off, reported, and never written after', async () => {
  const files = createLossyFiles();
  const first = await openLog(files);
  for (const text of ['one', 'two']) first.write(text);
  await first.log.close();
  const [name] = [...files.contents.keys()] as [string];
  const whole = files.contents.get(name) as Buffer;
  files.contents.set(name, whole.subarray(0, whole.length - 1));
  const second = await openLog(files);
  const end = whole.length / 2;
  expect(second.damage).toEqual([{ file: name, damage: [{ at: end, length: end - 1, kind: 'torn' }] }]);
  second.write('three');
  await second.log.close();
  const third = await openLog(files);
  expect([third.found, third.damage]).toEqual([['one', 'three'], []]);
});

test('a flipped bit costs one record, and its place is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(4), fc.nat(), fc.nat(7), async (victim, offset, bit) => {
      const files = createLossyFiles();
      const { log, write } = await openLog(files);
      const written = Array.from({ length: 5 }, (_, n) => `record ${n} ${'y'.repeat(n * 10)}`);
      for (const text of written) write(text);
      await log.close();
      const [name, bytes] = [...files.contents][0] as [string, Buffer];
      const starts = written.map((_, n) => written.slice(0, n).reduce((sum, text) => sum + 12 + text.length, 0));
      const [start, length] = [starts[victim] as number, 12 + (written[victim] as string).length];
      const at = start + (offset % length);
      bytes[at] = (bytes[at] as number) ^ (1 << bit);
      const { found, damage } = await openLog(createLossyFiles(new Map([[name, bytes]])));
      expect(found).toEqual(written.filter((_, n) => n !== victim));
      const kind = victim === 4 ? 'torn' : 'damaged';
      expect(damage).toEqual([{ file: name, damage: [{ at: start, length, kind }] }]);
    }),
  );
});

test('what a full disk did not take is written when it takes something again, once and in order', async () => {
  const files = createLossyFiles();
  const { log, write, progress, retries } = await openLog(files);
  write('one');
  for (let n = 0; n < 5; n++) await turn();
  files.failWith = new Error('ENOSPC');
  write('two');
  await turn();
  write('three');
  for (let n = 0; n < 5; n++) await turn();
  expect(progress).toEqual([1, files.failWith]);
  expect(log.safe).toBe(1);
  files.failWith = undefined;
  for (const retry of retries) retry();
  await log.close();
  expect(log.safe).toBe(3);
  expect((await openLog(files)).found).toEqual(['one', 'two', 'three']);
});

test("a log that was closed on a full disk writes nothing more when there is room again: the folder may be another's", async () => {
  const files = createLossyFiles();
  const { log, write, retries } = await openLog(files);
  files.failWith = new Error('ENOSPC');
  write('one');
  for (let n = 0; n < 5; n++) await turn();
  await log.close();
  files.failWith = undefined;
  expect(retries).toHaveLength(1);
  for (const retry of retries) retry();
  for (let n = 0; n < 5; n++) await turn();
  expect(Buffer.concat([...files.contents.values()])).toHaveLength(0);
});

test('segments before a new one can be dropped', async () => {
  const files = createLossyFiles();
  const { log, write } = await openLog(files, 30);
  for (const text of ['one', 'two']) write(text);
  const place = log.roll();
  write('three');
  await log.close();
  await log.dropBefore(place.segment as number);
  expect((await openLog(files)).found).toEqual(['three']);
});

test('tells how many files have been read', async () => {
  const files = createLossyFiles();
  const { log, write } = await openLog(files, 20);
  for (const text of ['one', 'two', 'three']) {
    write(text);
    for (let n = 0; n < 5; n++) await turn();
  }
  await log.close();
  const told: number[][] = [];
  const port = { progress: () => undefined, failed: () => undefined };
  await new Log(files, port).recover(
    () => undefined,
    (...counts) => told.push(counts),
  );
  const all = files.contents.size;
  expect(all).toBeGreaterThan(1);
  expect(told).toEqual(Array.from({ length: all }, (_, n) => [n + 1, all]));
});
