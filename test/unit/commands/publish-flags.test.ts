import { publish } from '../../../src/commands/publish.ts';
import { type MessageFlags, overrideWith, parseDestination, propertiesFromFlags } from '../../../src/commands/publish-flags.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

/** What commander makes of these words: the three arguments, and the options. */
const parse = async (...argv: string[]) => {
  const [exchange, key, body, options] = await parsed(publish, argv);
  const words = [exchange, key, body].filter((word) => word !== undefined) as string[];
  return { words, options: options as MessageFlags & { queue?: string; routingKey?: string; confirm?: unknown; mandatory?: unknown } };
};

describe('destination', () => {
  test.each<[string[], object]>([
    [[], {}],
    [['x'], { exchange: 'x' }],
    [['x', 'k'], { exchange: 'x', routingKey: 'k' }],
    [['x', 'k', 'b'], { exchange: 'x', routingKey: 'k', body: 'b' }],
    [['', 'q', ''], { exchange: '', routingKey: 'q', body: '' }],
    [['-q', 'work'], { exchange: '', routingKey: 'work' }],
    [['-q', 'work', 'hello'], { exchange: '', routingKey: 'work', body: 'hello' }],
    [['--queue', 'work', ''], { exchange: '', routingKey: 'work', body: '' }],
    [['x', '-r', 'k'], { exchange: 'x', routingKey: 'k' }],
    [['x', 'b', '-r', 'k'], { exchange: 'x', routingKey: 'k', body: 'b' }],
    [['-r', 'k'], { routingKey: 'k' }],
    [['x', 'k', '--', '-b'], { exchange: 'x', routingKey: 'k', body: '-b' }],
  ])('%j', async (argv, destination) => {
    const { words, options } = await parse(...argv);
    expect(parseDestination(words, options)).toStrictEqual(destination);
  });

  test.each<[string[], RegExp]>([
    [['-q', 'work', 'key', 'body'], /-q work takes one body, and there are 2 words/],
    [['-q', 'work', '-r', 'key'], /-q names a queue/],
    [['x', 'k', 'b', '-r', 'k'], /routing key is given twice/],
  ])('%j is refused', async (argv, message) => {
    const { words, options } = await parse(...argv);
    const error = refusal(() => parseDestination(words, options));
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message), hint: expect.stringMatching(/publish|quotes/) });
  });
});

describe('properties', () => {
  test.each<[string[], object]>([
    [[], {}],
    [['--content-type', 'text/plain', '--content-encoding', 'gzip'], { contentType: 'text/plain', contentEncoding: 'gzip' }],
    [['--priority', '5', '--timestamp', '2023-11-14T22:13:20Z'], { priority: 5, timestamp: 1_700_000_000 }],
    [['--correlation-id', '', '--reply-to', 'a=b'], { correlationId: '', replyTo: 'a=b' }],
    [['--message-id', '1', '--type', 't', '--user-id', 'u', '--app-id', 'a'], { messageId: '1', type: 't', userId: 'u', appId: 'a' }],
    [['--expiration', '5s'], { expiration: '5000' }],
    [['--expiration', '0'], { expiration: '0' }],
    [['--expiration', '250ms'], { expiration: '250' }],
    [['--persistent'], { deliveryMode: 2 }],
    [['--transient'], { deliveryMode: 1 }],
    [['--property', 'content-type=a', '--property', 'deliveryMode=1'], { contentType: 'a', deliveryMode: 1 }],
    [['-H', 'a=1', '-H', 'b:int=1', '--header', 'c: d'], { headers: { a: '1', b: 1, c: 'd' } }],
  ])('%j', async (argv, properties) => {
    expect(propertiesFromFlags((await parse('x', ...argv)).options)).toStrictEqual(properties);
  });

  test.each<[string[], RegExp]>([
    [['--priority', '256'], /^--priority .*256/],
    [['--priority', 'high'], /^--priority .*"high"/],
    [['--timestamp', 'now'], /^--timestamp/],
    [['--expiration', 'soon'], /^--expiration: 'soon'/],
    [['--expiration', '-5'], /^--expiration: '-5'/],
    [['--expiration', '250'], /^--expiration: '250' has no unit/],
    [['--message-id', 'é'.repeat(128)], /^--message-id/],
    [['--property', 'colour=red'], /^--property: "colour"/],
    [['--property', 'type=a', '--type', 'b'], /^--type: type is given twice/],
    [['--property', 'type=a', '--property', 'type=a'], /^--property: type is given twice/],
    [['--property', 'expiration=1', '--expiration', '2s'], /^--expiration: expiration is given twice/],
    [['--persistent', '--transient'], /exclude each other/],
    [['--property', 'delivery-mode=1', '--persistent'], /^--persistent: deliveryMode is given twice/],
    [['-H', 'a=1', '-H', 'a=2'], /^-H: "a" is given twice/],
    [['-H', 'a'], /^-H: "a"/],
  ])('%j is refused', async (argv, message) => {
    const { options } = await parse('x', ...argv);
    const error = refusal(() => propertiesFromFlags(options));
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
  });
});

test('confirms and mandatory are on unless --no- says otherwise', async () => {
  expect((await parse('x')).options).not.toMatchObject({ mandatory: false });
  expect((await parse('x', '--no-mandatory', '--no-confirm')).options).toMatchObject({ mandatory: false, confirm: false });
  expect((await parse('x', '--confirm', '5')).options).toMatchObject({ confirm: '5' });
});

describe('over an envelope', () => {
  const envelope = {
    exchange: 'e',
    routingKey: 'k',
    properties: { type: 't', userId: 'u', headers: { a: 1, CC: ['x'], BCC: ['y'] } },
    body: Buffer.from('b'),
  };
  const nothing = { cc: false, userId: false };

  test.each<[string, Parameters<typeof overrideWith>, object]>([
    ['nothing named', [{}, {}, nothing], { exchange: 'e', routingKey: 'k', properties: { type: 't', headers: { a: 1 } } }],
    [
      'all kept',
      [{}, {}, { cc: true, userId: true }],
      { properties: { type: 't', userId: 'u', headers: { a: 1, CC: ['x'], BCC: ['y'] } } },
    ],
    ['another place', [{ exchange: '', routingKey: 'q' }, {}, nothing], { exchange: '', routingKey: 'q' }],
    ['an empty key', [{ routingKey: '' }, {}, nothing], { exchange: 'e', routingKey: '' }],
    ['flags beat the envelope', [{}, { type: 'f', userId: 'me' }, nothing], { properties: { type: 'f', userId: 'me', headers: { a: 1 } } }],
    [
      'headers are laid together',
      [{}, { headers: { a: 2, b: 3, CC: ['mine'] } }, nothing],
      { properties: { type: 't', headers: { a: 2, b: 3, CC: ['mine'] } } },
    ],
  ])('%s', (_name, args, expected) => expect(overrideWith(...args)(envelope)).toMatchObject({ body: envelope.body, ...expected }));

  test('what neither names is the default exchange, an empty key, and no property', () => {
    expect(overrideWith({}, {}, nothing)({ properties: {}, body: Buffer.alloc(0) })).toStrictEqual({
      exchange: '',
      routingKey: '',
      properties: {},
      body: Buffer.alloc(0),
    });
  });
});
