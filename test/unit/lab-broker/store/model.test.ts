import fc from 'fast-check';
import type { QueueType } from '../../../../src/lab-broker/entities/queue-port.ts';
import { message } from '../core-rig.ts';
import { BrokerLife, MORTAL, turn } from './broker-life.ts';
import { BrokerModel, inQueue } from './broker-model.ts';
import { createLossyFiles, type LossyFiles } from './lossy-files.ts';

const QUEUES: Readonly<Record<string, QueueType>> = { c1: 'classic', c2: 'classic', q1: 'quorum' };

const queue = fc.constantFrom(...Object.keys(QUEUES));
const exchange = fc.constantFrom('x1', 'x2');
/** How a crash goes: of what was not flushed, how much is there; and how often the next start crashes after so many turns. */
const crash = fc.record({
  type: fc.constant('crash' as const),
  keep: fc.constantFrom(0, 0, 0.3, 0.7, 0.99, 1),
  zeros: fc.boolean(),
  starts: fc.array(fc.nat(8), { maxLength: 2 }),
});
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('publish' as const), queue, size: fc.nat(900), persistent: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('take' as const), queue }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('ack all' as const), queue }) },
  { weight: 9, arbitrary: fc.record({ type: fc.constantFrom('ack' as const, 'requeue' as const, 'reject' as const), which: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('declare' as const), queue }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('delete' as const, 'purge' as const), queue }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('exchange' as const, 'delete exchange' as const), exchange }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('bind' as const, 'unbind' as const), exchange, queue }) },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('settle' as const, 'close' as const) }) },
  { weight: 5, arbitrary: crash },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A broker that lives, dies and lives again, and what it must be like. */
class History {
  readonly seen = { crashes: 0, tidied: 0, 'crashes while it was tidied': 0, 'crashes while files were removed': 0, 'torn ends': 0 };
  readonly #model = new BrokerModel();
  #files: LossyFiles = createLossyFiles();
  #life: BrokerLife | undefined;
  #published = 0;
  #removing = 0;

  async begin(): Promise<void> {
    const life = await this.#start();
    life.declareExchange('dlx', 'fanout');
    this.#tell('exchange dlx', true);
    life.declareQueue('dead', 'classic', []);
    this.#tell('queue dead', true);
    const [dlx, dead] = [life.vhost.topology.exchanges.get('dlx'), life.queue('dead')];
    if (dlx !== undefined && dead !== undefined) life.vhost.bind(dlx, dead, '', []);
    this.#tell('binding dlx dead ', true);
    await life.settled();
  }

  async play(step: Step): Promise<void> {
    const life = this.#alive();
    const { topology } = life.vhost;
    if (step.type === 'publish') this.#publish(step);
    else if (step.type === 'take') {
      const body = life.take(step.queue);
      if (body !== undefined) this.#model.seen(step.queue, body);
    } else if (step.type === 'ack' || step.type === 'requeue' || step.type === 'reject') this.#settle(step);
    else if (step.type === 'ack all') {
      for (let body = life.take(step.queue); body !== undefined; body = life.take(step.queue)) this.#model.seen(step.queue, body);
      while (life.held.length > 0) this.#settle({ type: 'ack', which: 0 });
    } else if (step.type === 'declare') {
      life.declareQueue(step.queue, QUEUES[step.queue] ?? 'classic', MORTAL);
      this.#tell(`queue ${step.queue}`, true);
    } else if (step.type === 'delete' || step.type === 'purge') this.#empty(step);
    else if (step.type === 'exchange') {
      life.declareExchange(step.exchange, 'topic');
      this.#tell(`exchange ${step.exchange}`, true);
    } else if (step.type === 'delete exchange') {
      const found = topology.exchanges.get(step.exchange);
      if (found !== undefined) life.vhost.removeExchange(found);
      this.#gone([`exchange ${step.exchange}`, ...this.#model.present(`binding ${step.exchange} `)]);
    } else if (step.type === 'bind' || step.type === 'unbind') {
      const [source, target] = [topology.exchanges.get(step.exchange), life.queue(step.queue)];
      if (source === undefined || target === undefined) return;
      life.vhost[step.type](source, target, 'key', []);
      this.#tell(`binding ${step.exchange} ${step.queue} key`, step.type === 'bind');
    } else if (step.type === 'turns') for (let left = step.count; left > 0; left--) await turn();
    else if (step.type === 'settle') await life.settled();
    else if (step.type === 'close') await this.close();
    else if (step.type === 'crash') await this.#crash(step);
  }

  /** Ends it in good order, and begins again. */
  async close(): Promise<void> {
    const { store } = this.#alive();
    await store.close();
    const { told } = store.journal;
    this.#model.check(await BrokerLife.look(this.#files), told, true);
    this.#files = this.#files.afterCrash(1);
    await this.#start();
  }

  async #start(): Promise<BrokerLife> {
    const { remove } = this.#files;
    this.#removing = 0;
    this.#files.remove = async (name) => {
      this.#removing++;
      await remove(name);
      this.seen.tidied++;
      this.#removing--;
    };
    this.#life = await BrokerLife.begin(this.#files);
    return this.#life;
  }

  async #crash({ keep, zeros, starts }: Extract<Step, { type: 'crash' }>): Promise<void> {
    const { journal } = this.#alive().store;
    const { safe, tidying } = journal;
    this.seen.crashes++;
    if (tidying) this.seen['crashes while it was tidied']++;
    if (this.#removing > 0) this.seen['crashes while files were removed']++;
    this.#files = this.#files.afterCrash(keep, zeros);
    for (const turns of starts) {
      const early = BrokerLife.begin(this.#files);
      for (let left = turns; left > 0; left--) await turn();
      const next = this.#files.afterCrash(keep);
      await early;
      this.#files = next;
    }
    this.#model.check(await BrokerLife.look(this.#files), safe, false);
    const { recovery } = await this.#start();
    expect(recovery.unknown).toBe(0);
    const kinds = recovery.damage.flatMap(({ damage }) => damage.map(({ kind }) => kind));
    this.seen['torn ends'] += kinds.length;
    expect(kinds.filter((kind) => kind !== 'torn')).toEqual([]);
  }

  #publish({ queue, persistent, size }: Extract<Step, { type: 'publish' }>): void {
    const found = this.#alive().queue(queue);
    if (found === undefined) return;
    const body = String(++this.#published);
    const filler = { headers: [['filler', { type: 'longstr' as const, value: Buffer.alloc(size, '.') }]] as const };
    found.publish(message(body, { deliveryMode: persistent ? 2 : 1, ...filler }, queue));
    if (persistent) this.#tell(inQueue(queue, body), true);
    // who confirms such a message has not promised to keep it, except in a quorum queue
    else if (found.type === 'quorum') this.#tell(inQueue(queue, body), true);
    if (!persistent) this.#model.transient.add(body);
  }

  #settle({ type, which }: { readonly type: 'ack' | 'requeue' | 'reject'; readonly which: number }): void {
    const { held } = this.#alive();
    const [delivery] = held.splice(held.length === 0 ? 0 : which % held.length, 1);
    if (delivery === undefined) return;
    const { queue, entry } = delivery;
    const body = entry.message.body.toString();
    const key = inQueue(queue.name, body);
    const kept = this.#model.has(key);
    const isTheSame = this.#alive().queue(queue.name) === queue;
    if (type === 'ack') queue.settle(entry);
    else if (type === 'requeue') queue.giveBack([entry], 'nack');
    else queue.discard([entry], 'nack');
    if (type === 'requeue') return;
    if (type === 'reject' && isTheSame && queue.name !== 'dead') {
      // the grave is a classic queue: what is transient is not kept in it
      if (!this.#model.transient.has(body)) {
        this.#tell(inQueue('dead', body), true);
        this.#model.rejected(queue.name, body);
      }
    }
    if (kept) this.#tell(key, false);
  }

  #empty({ type, queue }: { readonly type: 'delete' | 'purge'; readonly queue: string }): void {
    const life = this.#alive();
    const found = life.queue(queue);
    if (found === undefined) return;
    const out = new Set(
      life.held.filter((delivery) => delivery.queue === found).map(({ entry }) => inQueue(queue, entry.message.body.toString())),
    );
    if (type === 'purge') {
      found.purge();
      this.#gone([...this.#model.present(`in ${queue}: `)].filter((key) => !out.has(key)));
      return;
    }
    life.vhost.removeQueue(found);
    const bindings = [...this.#model.present('binding ')].filter((key) => key.split(' ')[2] === queue);
    this.#gone([`queue ${queue}`, ...bindings, ...this.#model.present(`in ${queue}: `)]);
  }

  #gone(keys: readonly string[]): void {
    for (const key of keys) this.#tell(key, false);
  }

  #tell(key: string, there: boolean): void {
    if (this.#model.has(key) !== there) this.#model.record(key, there, this.#alive().store.journal.told);
  }

  #alive(): BrokerLife {
    if (this.#life === undefined) throw new Error('it has not begun');
    return this.#life;
  }
}

test('after any crash a broker has all that was safe, and nothing that never was or that is gone for sure', async () => {
  const totals: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120, size: 'max' }), async (steps) => {
      const history = new History();
      await history.begin();
      for (const each of steps) await history.play(each);
      await history.close();
      for (const [name, count] of Object.entries(history.seen)) totals[name] = (totals[name] ?? 0) + count;
    }),
    { numRuns: 100 },
  );
  // else it has shown little
  expect(Object.entries(totals).filter(([, count]) => count === 0)).toEqual([]);
}, 60_000);
