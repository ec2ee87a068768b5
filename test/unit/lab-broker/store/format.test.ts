import { FORMAT, formatRecord, NewerFormat, RECORD } from '../../../../src/lab-broker/store/record-types.ts';
import { PROLOGUE, readRecords, sealRecord } from '../../../../src/lab-broker/store/records.ts';
import { message } from '../core-rig.ts';
import { BrokerLife } from './broker-life.ts';
import { createLossyFiles, type LossyFiles } from './lossy-files.ts';

const BODIES = ['one', 'two', 'three'];

/** A folder with a queue of three messages, in several segments. */
async function someFiles(): Promise<LossyFiles> {
  const files = createLossyFiles();
  const life = await BrokerLife.begin(files);
  life.declareQueue('q', 'classic', []);
  for (const body of BODIES) {
    life.queue('q')?.publish(message(body.padEnd(300, '.'), { deliveryMode: 2 }));
    await life.settled();
  }
  await life.store.close();
  return files;
}

/** The same with another beginning of each segment. */
function withHeads(files: LossyFiles, head: (old: Buffer) => Buffer): LossyFiles {
  const size = PROLOGUE + formatRecord().length;
  const changed = [...files.contents].map(
    ([name, bytes]) => [name, Buffer.concat([head(bytes.subarray(0, size)), bytes.subarray(size)])] as const,
  );
  return createLossyFiles(new Map(changed));
}

async function bodies(files: LossyFiles): Promise<unknown> {
  const { messages } = await BrokerLife.look(files);
  return messages.get('q')?.map(({ body }) => body.replaceAll('.', ''));
}

test('each segment begins with the format, so that it is known whatever is dropped or damaged', async () => {
  const files = await someFiles();
  const firsts = [...files.contents.values()].map((content) => readRecords(content).records[0]);
  expect(firsts.length).toBeGreaterThan(2);
  expect(firsts).toEqual(firsts.map(() => formatRecord()));
});

test('a folder without a format is the first one, and is read', async () => {
  expect(FORMAT).toBe(1);
  expect(await bodies(withHeads(await someFiles(), () => Buffer.alloc(0)))).toEqual(BODIES);
});

test('a folder of a newer format is refused, even if only one segment says so, and nothing in it is changed', async () => {
  const files = await someFiles();
  const [last] = [...files.contents.keys()].sort().slice(-1) as [string];
  const newer = withHeads(files, (old) => old);
  newer.contents.set(last, Buffer.concat([newest(), newer.contents.get(last) as Buffer, Buffer.from('torn')]));
  const before = new Map(newer.contents);
  await expect(BrokerLife.begin(newer)).rejects.toThrow(new NewerFormat(FORMAT + 1));
  expect(newer.contents).toEqual(before);
});

/** A record that says that what follows is of the format after this one. */
function newest(): Buffer {
  const record = Buffer.alloc(PROLOGUE + 3);
  formatRecord(FORMAT + 1).copy(record, PROLOGUE);
  sealRecord(record, 0, 3);
  return record;
}

test('numbers that were written keep their meaning', () => {
  expect(RECORD).toEqual({ opened: 1, closed: 2, defined: 3, forgotten: 4, entered: 5, left: 6, cleared: 7, returned: 8, seen: 9 });
});
