import { message } from '../core-rig.ts';
import { BrokerLife, turn } from './broker-life.ts';
import { createLossyFiles, type LossyFiles } from './lossy-files.ts';

/** Damages the record in which this stands last. */
function damage({ contents }: LossyFiles, text: string): void {
  for (const bytes of [...contents.values()].reverse()) {
    const at = bytes.lastIndexOf(text);
    if (at >= 0) return void bytes.writeUInt8(0, at);
  }
  throw new Error(`${text} was not written`);
}

test('a queue whose deletion is lost comes back without messages of the queue that came after it', async () => {
  const files = createLossyFiles();
  const first = await BrokerLife.begin(files);
  first.declareQueue('old', 'classic', []);
  const old = first.queue('old');
  if (old !== undefined) first.vhost.removeQueue(old);
  await first.store.close();
  const second = await BrokerLife.begin(files);
  second.declareQueue('new', 'classic', []);
  second.queue('new')?.publish(message('1', { deliveryMode: 2 }));
  await second.store.close();
  damage(files, '["queue","/","old"]');
  const { messages } = await BrokerLife.look(files);
  expect([...messages]).toEqual([
    ['old', []],
    ['new', [{ body: '1', redelivered: true }]],
  ]);
});

test("a broker that ends while it tidies up removes nothing any more: the folder may be another's", async () => {
  const files = createLossyFiles();
  const life = await BrokerLife.begin(files);
  life.declareQueue('q', 'quorum', []);
  const { journal } = life.store;
  for (let n = 1; n < 500 && !journal.tidying; n++) {
    life.queue('q')?.publish(message(String(n), { headers: [['filler', { type: 'longstr', value: Buffer.alloc(900) }]] }));
    life.queue('q')?.take(true);
    await turn();
  }
  expect(journal.tidying).toBe(true);
  await life.store.close();
  const before = [...files.contents.keys()];
  for (let n = 0; n < 50; n++) await turn();
  expect([...files.contents.keys()]).toEqual(before);
});
