import { type Delivery, Typed } from '../../src/client/message.ts';
import { rescueAll } from '../../src/client/rescue.ts';
import { giveBack } from '../../src/client/session.ts';
import { describeBrokers } from '../support/brokers.ts';
import { message, onClient, outcomeOf } from '../support/client-stage.ts';
import { eventually } from '../support/polling.ts';
import { numbers } from '../support/stage.ts';

describeBrokers('the port: publishing', (broker) => {
  test('says what became of each message', () =>
    onClient(broker, async (port, { queue }) => {
      await queue('q');
      await queue('full', [], { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      const channel = await port.openChannel({ confirms: true });
      expect(await outcomeOf(channel, message('a'))).toEqual(['confirmed', undefined]);
      expect(await outcomeOf(channel, message('a', 'none'))).toEqual(['returned', '312 NO_ROUTE']);
      expect(await outcomeOf(channel, message('a', 'none'), false)).toEqual(['confirmed', undefined]);
      expect(await outcomeOf(channel, message('a', 'full'))).toEqual(['confirmed', undefined]);
      expect(await outcomeOf(channel, message('a', 'full'))).toEqual(['nacked', undefined]);
    }));

  test('finds the message that came back among equal ones, by whatever differs', () =>
    onClient(broker, async (port, { channel: bare }) => {
      await bare.assertQueue('q');
      await bare.assertExchange('x', 'headers');
      await bare.bindQueue('q', 'x', '', { 'x-match': 'all', to: 'eu' });
      const channel = await port.openChannel({ confirms: true });
      const headers = [
        { f: new Typed('float', 0.1) },
        { t: new Typed('timestamp', 5), b: Buffer.from([1]) },
        { a: [1, { deep: 1n > 0n }] },
      ];
      const sent = headers.flatMap((table) =>
        ['eu', 'us', 'eu', 'us', 'us'].map((to) =>
          message('same', '', { exchange: 'x', properties: { priority: 1, headers: { ...table, to } } }),
        ),
      );
      const outcomes = await Promise.all(sent.map((each) => outcomeOf(channel, each)));
      expect(outcomes.map(([outcome]) => outcome)).toEqual(
        sent.map(({ properties }) => (properties.headers?.to === 'eu' ? 'confirmed' : 'returned')),
      );
    }));

  test('a channel that the broker closes settles what was open as lost, and all that comes after', () =>
    onClient(broker, async (port, { queue }) => {
      await queue('q');
      const channel = await port.openChannel({ confirms: true });
      const outcomes = [message('a', 'k', { exchange: 'none' }), message('b'), message('c')].map((each) => outcomeOf(channel, each));
      const failure = await channel.closed;
      expect(failure).toMatchObject({ kind: 'refused', replyCode: 404, hint: expect.stringContaining('declare-exchange') });
      expect((await Promise.all(outcomes)).map(([outcome]) => outcome)).toEqual(['lost', 'lost', 'lost']);
      expect(await outcomeOf(channel, message('d'))).toEqual(['lost', undefined]);
      await channel.drained();
      await expect(channel.checkQueue('q')).rejects.toMatchObject({ replyCode: 404 });
      // the connection lives on
      const other = await port.openChannel({ confirms: true });
      expect(await outcomeOf(other, message('e'))).toEqual(['confirmed', undefined]);
    }));

  test('a message that cannot be put on the wire is a usage error, and the next is counted right', () =>
    onClient(broker, async (port, { queue, bodies }) => {
      await queue('q');
      const channel = await port.openChannel({ confirms: true });
      const huge = message('huge', 'q', { properties: { headers: { h: 'x'.repeat(70_000) } } });
      for (const n of numbers(3)) {
        expect(() => channel.publish(huge, { mandatory: true }, () => undefined)).toThrow(expect.objectContaining({ kind: 'usage' }));
        expect(await outcomeOf(channel, message(n))).toEqual(['confirmed', undefined]);
        expect(await outcomeOf(channel, message(n, 'none'))).toEqual(['returned', '312 NO_ROUTE']);
      }
      expect(await bodies('q')).toEqual(numbers(3));
    }));

  test('asks to wait when its buffer is full, and says when there is room', () =>
    onClient(broker, async (port, { queue, ready }) => {
      await queue('q');
      const channel = await port.openChannel({ confirms: true });
      const open: Promise<unknown>[] = [];
      let isFull = false;
      while (!isFull && open.length < 5_000) {
        open.push(
          new Promise((resolve) => {
            isFull = !channel.publish(message('x'), { mandatory: true }, resolve);
          }),
        );
      }
      expect(isFull).toBe(true);
      await channel.drained();
      await channel.drained();
      await Promise.all(open);
      expect(await ready('q')).toBe(open.length);
    }));

  test('without confirms a message that came back is told', () =>
    onClient(broker, async (port, { queue, bodies }) => {
      await queue('q');
      const returned: [string, string][] = [];
      const channel = await port.openChannel({ onReturned: ({ body }, reason) => returned.push([body.toString(), reason]) });
      for (const n of numbers(4)) channel.publish(message(n, Number(n) % 2 === 0 ? 'none' : 'q'), { mandatory: true });
      await channel.roundTrip();
      expect(returned).toEqual([
        ['2', '312 NO_ROUTE'],
        ['4', '312 NO_ROUTE'],
      ]);
      expect(await bodies('q')).toEqual(['1', '3']);
    }));
});

describeBrokers('the port: receiving', (broker) => {
  test('what is given back keeps its order and counts once', () =>
    onClient(broker, async (port, { queue, take }) => {
      await queue('q', numbers(10), {});
      const channel = await port.openChannel();
      await channel.prefetch(6);
      const got: Delivery[] = [];
      const tag = await channel.consume('q', { onCancelled: () => undefined }, (delivery) => got.push(delivery));
      await eventually(() => expect(got).toHaveLength(6));
      channel.ack(2, true);
      await channel.cancel(tag);
      await giveBack(channel);
      const left = await take('q');
      expect(left.map(({ content }) => content.toString())).toEqual(left.map((_, n) => String(n + 3)));
      // what 1 and 2 made room for was handed out too, and came back
      expect(left.filter(({ fields }) => fields.redelivered).length).toBeGreaterThanOrEqual(4);
      await channel.close();
      expect(await channel.closed).toBeUndefined();
    }));

  test('a deleted queue ends its consumer', () =>
    onClient(broker, async (port, { queue, channel: bare }) => {
      await queue('q');
      const channel = await port.openChannel();
      const cancelled = new Promise<void>((resolve) => {
        void channel.consume('q', { onCancelled: resolve }, () => undefined);
      });
      await eventually(async () => expect((await bare.checkQueue('q')).consumerCount).toBe(1));
      await bare.deleteQueue('q');
      await cancelled;
    }));

  test('what a queue does not take anew comes back as an error with its envelope', () =>
    onClient(broker, async (port, { queue }) => {
      await queue('q', ['precious']);
      const channel = await port.openChannel();
      const got = (await channel.get('q')) as Delivery;
      const failure = await rescueAll(port, channel, 'gone', [got]).catch((cause) => cause);
      expect(failure).toMatchObject({ kind: 'not-taken', detail: expect.stringContaining('"body":"precious"') });
      await giveBack(channel);
    }));
});
