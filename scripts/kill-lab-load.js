import { setTimeout as sleep } from 'node:timers/promises';
import amqplib from 'amqplib';
import { DEAD, GRAVES, MARKS, QUEUES } from './kill-lab-ledger.js';

/** Class and method of tx.select and tx.commit, which amqplib has no names for; the answers come next to them. */
const [SELECT, COMMIT] = [(90 << 16) | 10, (90 << 16) | 20];

/** Messages that wait for a confirm; that a consumer holds; settlements until a consumer makes sure of them. */
const [WINDOW, HELD, SURE] = [100, 15, 15];

/** Clients that publish, consume, and change what exists, until their broker is gone. */
export class Load {
  /** To be set before the broker ends: an error from then on is none. */
  ending = false;
  /** Milliseconds (performance.now) of the last confirm, and whether the broker says that it is blocked. */
  lastConfirm = 0;
  blocked = false;
  #url;
  #ledger;
  #random;
  #running = [];
  #closed = [];

  constructor({ url }, ledger, random) {
    this.#url = url;
    this.#ledger = ledger;
    this.#random = random;
  }

  async start() {
    await declareAll(this.#url);
    for (const queue of Object.keys(QUEUES)) {
      for (const priority of [0, 2]) this.#run((connection, random) => this.#publish(connection, random, queue, priority));
      this.#run((connection, random) => this.#publishInTransactions(connection, random, queue));
    }
    for (const queue of ['k.classic', 'k.quorum', 'k.priority']) {
      this.#run((connection, random) => this.#consume(connection, random, queue));
      this.#run((connection, random) => this.#consumeInTransactions(connection, random, queue));
    }
    for (const name of ['a', 'b']) this.#run((connection, random) => this.#declare(connection, random, name));
  }

  /** Waits until all have seen the end of the broker. */
  async ended() {
    await Promise.all([...this.#running, ...this.#closed]);
  }

  #run(work) {
    const random = this.#random.fork();
    const run = async () => {
      const connection = await amqplib.connect(this.#url);
      connection.on('error', () => undefined);
      connection.on('blocked', () => {
        this.blocked = true;
      });
      connection.on('unblocked', () => {
        this.blocked = false;
      });
      this.#closed.push(new Promise((resolve) => connection.on('close', resolve)));
      await work(connection, random);
    };
    const failed = (error) => {
      if (!this.ending) this.#ledger.fail(`a client failed: ${error.stack}`);
    };
    this.#running.push(run().catch(failed));
  }

  #channel(channel) {
    channel.on('error', (error) => this.ending || this.#ledger.fail(`a channel was closed: ${error.message}`));
    return channel;
  }

  async #publish(connection, random, queue, priority) {
    const channel = this.#channel(await connection.createConfirmChannel());
    const publisher = this.#ledger.enter();
    let waiting = 0;
    for (let number = 0; !this.ending; ) {
      for (let left = random.below(20); left > 0 && (waiting < WINDOW || random.chance(0.01)); left--) {
        const message = this.#send(channel, random, { publisher, number: number++, queue, priority }, (error) => {
          waiting--;
          if (error !== null) return this.ending || this.#ledger.fail(`${message.id} was refused`);
          this.lastConfirm = performance.now();
          this.#ledger.confirmed(message);
        });
        waiting++;
      }
      await sleep(random.below(10));
    }
  }

  async #publishInTransactions(connection, random, queue) {
    const channel = this.#channel(await connection.createChannel());
    const publisher = this.#ledger.enter();
    await channel.rpc(SELECT, {}, SELECT + 1);
    for (let number = 0; !this.ending; ) {
      const sent = Array.from({ length: 1 + random.below(5) }, () =>
        this.#send(channel, random, { publisher, number: number++, queue, priority: 0 }),
      );
      await channel.rpc(COMMIT, {}, COMMIT + 1);
      this.#ledger.totals.commits++;
      for (const message of sent) this.#ledger.confirmed(message);
      await sleep(random.below(20));
    }
  }

  #send(channel, random, { publisher, number, queue, priority }, confirmed) {
    const filler = random.below(random.chance(0.02) ? 40_000 : random.chance(0.2) ? 3_000 : 200);
    const body = Buffer.from(`${publisher}.${number} ${'.'.repeat(filler)}`);
    const message = this.#ledger.sent(publisher, number, queue, random.chance(0.8), body.length);
    channel.publish('', queue, body, { persistent: message.persistent, priority, headers: { n: number } }, confirmed);
    return message;
  }

  async #consume(connection, random, queue) {
    const channel = this.#channel(await connection.createConfirmChannel());
    await channel.prefetch(40);
    let [held, done] = [0, []];
    const makeSure = () => {
      const settled = done;
      done = [];
      const all = () => {
        for (const sure of settled) sure();
      };
      // the broker keeps things in their order: what was told before a confirmed message is as safe
      channel.sendToQueue(MARKS, Buffer.from('mark'), { persistent: true }, (error) => error === null && all());
    };
    await channel.consume(queue, (delivery) => {
      if (delivery === null) return this.ending || this.#ledger.fail(`the consumer of ${queue} was cancelled`);
      const message = this.#ledger.delivered(queue, delivery);
      if (message === undefined) return;
      if (random.chance(0.3) && held < HELD) held++;
      else done.push(this.#settle(channel, random, queue, delivery, message));
      if (done.length >= SURE) makeSure();
    });
  }

  async #consumeInTransactions(connection, random, queue) {
    const channel = this.#channel(await connection.createChannel());
    await channel.rpc(SELECT, {}, SELECT + 1);
    while (!this.ending) {
      const done = [];
      for (let left = 1 + random.below(8); left > 0; left--) {
        const delivery = await channel.get(queue);
        const message = delivery === false ? undefined : this.#ledger.delivered(queue, delivery);
        if (message !== undefined) done.push(this.#settle(channel, random, queue, delivery, message));
      }
      await channel.rpc(COMMIT, {}, COMMIT + 1);
      this.#ledger.totals.commits++;
      for (const sure of done) sure();
      await sleep(random.below(20));
    }
  }

  /** Answers what is to be called once that is safe. */
  #settle(channel, random, queue, delivery, message) {
    const chance = random.next();
    if (chance < 0.5) {
      const sure = this.#ledger.acked(queue, message);
      channel.ack(delivery);
      return sure;
    }
    const requeues = chance > 0.75;
    if (!requeues) {
      message.rejected = true;
      this.#ledger.totals.rejected++;
    }
    channel.nack(delivery, false, requeues);
    return () => undefined;
  }

  /** Declares, binds, unbinds and deletes what is its own. */
  async #declare(connection, random, name) {
    const channel = this.#channel(await connection.createChannel());
    const { things } = this.#ledger;
    const change = async (keys, exists, run) => {
      for (const key of keys) things.set(key, undefined);
      await run();
      for (const key of keys) things.set(key, exists);
      this.#ledger.totals.definitions++;
    };
    const bindingsOf = (thing) => [...things.keys()].filter((key) => key.startsWith('binding ') && key.split(' ').includes(thing));
    while (!this.ending) {
      const [queue, exchange, key] = [`t.${name}.q${random.below(4)}`, `t.${name}.x${random.below(3)}`, `key${random.below(3)}`];
      const binding = `binding ${exchange} ${queue} ${key}`;
      const bound = things.get(`queue ${queue}`) && things.get(`exchange ${exchange}`);
      const what = random.next();
      if (what < 0.25) await change([`queue ${queue}`], true, () => channel.assertQueue(queue, { arguments: QUEUES['k.quorum'] }));
      else if (what < 0.45) await change([`exchange ${exchange}`], true, () => channel.assertExchange(exchange, 'topic'));
      else if (what < 0.7 && bound) await change([binding], true, () => channel.bindQueue(queue, exchange, key, { n: 1 }));
      else if (what < 0.8 && bound) await change([binding], false, () => channel.unbindQueue(queue, exchange, key, { n: 1 }));
      else if (what < 0.9) await change([`queue ${queue}`, ...bindingsOf(queue)], false, () => channel.deleteQueue(queue));
      else await change([`exchange ${exchange}`, ...bindingsOf(exchange)], false, () => channel.deleteExchange(exchange));
      await sleep(random.below(4));
    }
  }
}

async function declareAll(url) {
  const connection = await amqplib.connect(url);
  const channel = await connection.createChannel();
  await channel.assertExchange(GRAVES, 'fanout');
  await channel.assertQueue(DEAD);
  await channel.bindQueue(DEAD, GRAVES, '');
  await channel.assertQueue(MARKS, { arguments: { 'x-max-length': 1 } });
  for (const [queue, table] of Object.entries(QUEUES)) await channel.assertQueue(queue, { arguments: table });
  await connection.close();
}
