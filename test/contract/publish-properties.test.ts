import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { onStage } from '../support/stage.ts';

const ALL = {
  contentType: 'application/json',
  contentEncoding: 'gzip',
  headers: { n: 1 },
  deliveryMode: 1,
  priority: 200,
  correlationId: 'ü€',
  replyTo: 'answers',
  expiration: '60000',
  messageId: '',
  timestamp: 1_700_000_000,
  type: 'order',
  userId: 'guest',
  appId: 'a'.repeat(255),
};

const FLAGS = [
  ['--content-type', 'application/json', '--content-encoding', 'gzip', '-H', 'n:int=1', '--transient', '--priority', '200'],
  ['--correlation-id', 'ü€', '--reply-to', 'answers', '--expiration', '1m', '--message-id', ''],
  ['--timestamp', '2023-11-14T22:13:20Z', '--type', 'order', '--user-id', 'guest', '--app-id', 'a'.repeat(255)],
].flat();

const PROPERTIES = Object.entries({ ...ALL, headers: undefined, deliveryMode: 'transient' }).flatMap(([name, value]) =>
  value === undefined ? [] : ['--property', `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`],
);

/** What amqplib reads: absent ones as undefined. */
const defined = (properties: object) => Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));

describeBrokers('publish: properties', (broker) => {
  test.each([
    ['a flag for each', FLAGS],
    ['--property for each', [...PROPERTIES, '-H', 'n:int=1']],
  ])('all 13 arrive, by %s, and get --json shows them', (_name, flags) =>
    onStage(broker, async ({ queue, run, channel }) => {
      await queue('q');
      for (const _ of [1, 2]) expect(await run(['publish', '-q', 'q', 'body', ...flags])).toMatchObject({ exitCode: 0 });
      const got = await channel.get('q', { noAck: true });
      expect(got !== false && defined(got.properties)).toEqual(ALL);
      const { text } = await run(['get', 'q', '--json']);
      expect(JSON.parse(text)).toEqual({ exchange: '', routingKey: 'q', redelivered: false, properties: ALL, body: 'body' });
    }),
  );

  test('all 13 arrive from an envelope; the user id only with --keep-user-id', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q');
      const input = `${JSON.stringify({ properties: ALL, body: 'b' })}\n`;
      expect(await run(['publish', '-q', 'q', '--ndjson', '--keep-user-id'], { input })).toMatchObject({ exitCode: 0 });
      expect(await run(['publish', '-q', 'q', '--ndjson'], { input })).toMatchObject({ exitCode: 0 });
      const { userId: _own, ...others } = ALL;
      expect((await take('q')).map(({ properties }) => defined(properties))).toEqual([ALL, others]);
    }));

  test('zeros and an empty string are values; nothing said is nothing sent, save that messages are persistent', () =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('q');
      const zeros = ['--priority', '0', '--timestamp', '0', '--expiration', '0', '--type', ''];
      await run(['publish', '-q', 'q', 'x', ...zeros.filter((_, n) => n < 4 || n > 5)]);
      await run(['publish', '-q', 'q', 'x']);
      await run(['publish', '-q', 'q', '--ndjson'], { input: '{}\n{"properties":{"priority":255}}\n' });
      expect((await take('q')).map(({ properties }) => defined(properties))).toEqual([
        { headers: {}, deliveryMode: 2, priority: 0, timestamp: 0, type: '' },
        { headers: {}, deliveryMode: 2 },
        { headers: {} },
        { headers: {}, priority: 255 },
      ]);
    }));

  const HEADERS: readonly [pair: string, wire: unknown, json?: unknown][] = [
    ['s=text', 'text'],
    ['s= spaced: =', ' spaced: ='],
    ['s: colon', 'colon'],
    ['s=', ''],
    ['s:string=é', 'é'],
    ['i:int=-5', -5],
    ['i:int8=-128', -128],
    ['i:uint8=255', 255],
    ['i:int16=-32768', -32_768],
    ['i:uint16=65535', 65_535],
    ['i:int32=-2147483648', -2_147_483_648],
    ['i:uint32=4294967295', 4_294_967_295],
    ['i:int64=9007199254740991', 9_007_199_254_740_991],
    ['b:bool=false', false],
    ['f:float=1.5', 1.5],
    ['f:double=-0.25', -0.25],
    ['n:null=', null],
    ['t:timestamp=1700000000', { '!': 'timestamp', value: 1_700_000_000 }],
    ['d:decimal=12.34', { '!': 'decimal', value: { places: 2, digits: 1234 } }],
    ['y:bytes=AAH/', Buffer.from([0, 1, 255]), { '!': 'bytes', value: 'AAH/' }],
    ['j:json={"a":[1,"x",null,{"b":true}]}', { a: [1, 'x', null, { b: true }] }],
    ['j:json={"!":"float","value":0.5}', 0.5],
  ];

  test('a header of each type arrives', () =>
    onStage(broker, async ({ queue, run, channel }) => {
      await queue('q');
      const named = HEADERS.map(([pair, ...seen], n) => [pair.replace(/^\w+/, `h${n}`), ...seen] as const);
      const argv = ['publish', '-q', 'q', 'x', ...named.flatMap(([pair]) => ['-H', pair])];
      for (const _ of [1, 2]) expect(await run(argv)).toMatchObject({ exitCode: 0 });
      const got = await channel.get('q', { noAck: true });
      const table = (pick: (wire: unknown, json: unknown) => unknown) =>
        Object.fromEntries(named.map(([, wire, json], n) => [`h${n}`, pick(wire, json)]));
      expect(got !== false && got.properties.headers).toEqual(table((wire) => wire));
      const { properties } = JSON.parse((await run(['get', 'q', '--json'])).text);
      expect(properties.headers).toEqual(table((wire, json) => json ?? wire));
    }));
});

describeNewestBroker('publish: bad properties', (broker) => {
  test.each<[string[], RegExp]>([
    [['--property', 'contenttype=x'], /.contenttype. is no property/],
    [['--property', 'contentType'], /has no '='/],
    [['--property', 'headers={}'], /headers are not set here/],
    [['--priority', '256'], /--priority/],
    [['--expiration', 'soon'], /--expiration/],
    [['--timestamp', 'yesterday'], /--timestamp/],
    [['--app-id', 'a'.repeat(256)], /256 bytes/],
    [['--correlation-id', 'é'.repeat(128)], /256 bytes/],
    [['--type', 'a', '--property', 'type=b'], /type is given twice/],
    [['--persistent', '--transient'], /exclude each other/],
    [['-H', 'novalue'], /has no '='/],
    [['-H', 'n:int=1.5'], /not a whole number/],
    [['-H', 'n:integer=1'], /.integer. is no type/],
    [['-H', 'n=1', '-H', 'n=2'], /given twice/],
    [['-H', 'n:uint8=256'], /uint8/],
  ])('%j is exit 2, and nothing is sent', (argv, message) =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q');
      const { exitCode, text, stderr } = await run(['publish', '-q', 'q', 'x', ...argv]);
      expect({ exitCode, text }).toEqual({ exitCode: 2, text: '' });
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^try: /m);
      expect(await ready('q')).toBe(0);
    }),
  );

  const long = 'x'.repeat(256);
  test.each<[string, string[]]>([
    ['exchange', ['publish', long, 'k', 'b']],
    ['routing key', ['publish', 'amq.topic', long, 'b']],
    ['-r', ['publish', 'amq.topic', 'b', '-r', long]],
    ['queue', ['publish', '-q', long, 'b']],
    ['queue to consume', ['consume', long]],
    ['queue to get from', ['get', long]],
    ['queue to peek at', ['peek', long]],
    ['queue to move from', ['move', long, '--to-queue', 'q']],
    ['queue to move to', ['move', 'q', '--to-queue', long]],
    ['exchange to move to', ['move', 'q', '--to', long]],
    ['key to move to', ['move', 'q', '--to', 'amq.topic', long]],
  ])('a name of 256 bytes is exit 2: %s', (_name, argv) =>
    onStage(broker, async ({ queue, run, ready }) => {
      await queue('q', ['kept']);
      const { exitCode, stderr } = await run(argv);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('has 256 bytes; AMQP takes 255');
      expect(await ready('q')).toBe(1);
    }),
  );

  test('headers that do not fit are exit 2, and what was sent before stays sent', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('q');
      const huge = { properties: { headers: { h: 'x'.repeat(70_000) } }, body: 'huge' };
      const input = [{ body: 'a' }, { body: 'b' }, huge, { body: 'c' }].map((line) => `${JSON.stringify(line)}\n`).join('');
      const { exitCode, text, stderr } = await run(['publish', '-q', 'q', '--ndjson', '--json'], { input });
      expect(JSON.parse(stderr).error).toMatchObject({ kind: 'usage', message: expect.stringContaining('cannot be put on the wire') });
      expect(exitCode).toBe(2);
      expect(JSON.parse(text)).toEqual({ published: 2, confirmed: 2, returned: 0, nacked: 0 });
      expect(await bodies('q')).toEqual(['a', 'b']);
    }));

  test('another user’s id is refused: exit 6', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('q');
      const { exitCode, stderr } = await run(['publish', '-q', 'q', 'x', '--user-id', 'somebody', '--json']);
      expect(exitCode).toBe(6);
      expect(JSON.parse(stderr).error).toMatchObject({ replyCode: 406, hint: expect.stringMatching(/user/) });
    }));
});
