import { Channel } from '../../../src/lab-broker/channel.ts';
import type { Connection } from '../../../src/lab-broker/connection.ts';
import { Vhost } from '../../../src/lab-broker/entities/vhost.ts';
import { BASIC } from '../../../src/lab-broker/methods/basic.ts';
import { message } from './core-rig.ts';
import { createManualClock } from './manual-clock.ts';

const MANY = 5_000;

/** A queue of which the first message lives for ever, and the many behind it have expired, and a channel that gets from it. */
function createStage() {
  const sent: string[] = [];
  const rest: (() => boolean)[] = [];
  const write = (_channel: number, { name }: { readonly name: string }) => sent.push(name);
  const connection = {
    host: { replies: { delete: () => undefined } },
    rights: { require: () => undefined },
    output: { congested: false, method: write, methodWithContent: write },
    carryOn: (step: () => boolean) => rest.push(step),
  } as unknown as Connection;
  const clock = createManualClock();
  const vhost = new Vhost('/', { clock, watched: false, wants: () => false, hold: () => undefined, tell: () => undefined });
  const queue = vhost.createQueue({ name: 'q', type: 'classic', durable: true, autoDelete: false, owner: undefined, arguments: [] });
  queue.publish(message('long'));
  for (let n = 0; n < MANY; n++) queue.publish(message('short', { expiration: '10' }));
  queue.publish(message('last'));
  clock.pass(20);
  const channel = new Channel(1, connection, vhost, 1_000);
  const get = () => BASIC['basic.get']?.(channel, { name: 'basic.get', ticket: 0, queue: 'q', noAck: false });
  return { channel, queue, sent, rest, get };
}

test('basic.get drops what has expired before it a part at a time, and answers then', () => {
  const { queue, sent, rest, get } = createStage();
  get();
  expect(sent).toEqual(['basic.get-ok']);
  get();
  expect(sent).toEqual(['basic.get-ok']);
  expect(rest).toHaveLength(1);
  let before = queue.ready;
  expect(before).toBeGreaterThan(MANY - 1_000);
  const steps: number[] = [];
  for (let more = true; more; before = queue.ready) {
    more = rest[0]?.() ?? false;
    steps.push(before - queue.ready);
  }
  expect(Math.max(...steps)).toBeLessThanOrEqual(512);
  expect(sent).toEqual(['basic.get-ok', 'basic.get-ok']);
  expect([queue.ready, queue.unacked]).toEqual([0, 2]);
});

test('a channel that is gone before that is done gets nothing', () => {
  const { channel, queue, sent, rest, get } = createStage();
  get();
  get();
  channel.terminate('gone');
  while (rest[0]?.());
  expect(sent).toEqual(['basic.get-ok']);
  expect(queue.unacked).toBe(0);
});
