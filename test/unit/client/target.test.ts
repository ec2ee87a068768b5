import fc from 'fast-check';
import { type BrokerAddress, formatAddress, isLoopback, parseAddress, redactText, showAddress } from '../../../src/client/target.ts';
import { refusal } from '../../support/refusal.ts';

const LOCAL: BrokerAddress = {
  secure: false,
  host: 'localhost',
  port: 5672,
  username: 'guest',
  password: 'guest',
  vhost: '/',
  tls: { verify: true },
};

describe('parseAddress', () => {
  test.each<[string, Partial<BrokerAddress>]>([
    ['amqp://localhost', {}],
    ['amqp://localhost/', {}],
    ['amqp://localhost:5673', { port: 5673 }],
    ['amqps://localhost', { secure: true, port: 5671 }],
    ['AMQPS://localhost', { secure: true, port: 5671 }],
    ['amqp://user@localhost', { username: 'user', password: '' }],
    ['amqp://user:@localhost', { username: 'user', password: '' }],
    ['amqp://:secret@localhost', { username: '', password: 'secret' }],
    ['amqp://user:secret@localhost/vhost', { username: 'user', password: 'secret', vhost: 'vhost' }],
    ['amqp://a%40b:s%2Fe%3Ac%40r%25t@localhost/%2Fa%2Fb', { username: 'a@b', password: 's/e:c@r%t', vhost: '/a/b' }],
    ['amqp://u:sec@ret@localhost', { username: 'u', password: 'sec@ret' }],
    ['amqp://u:sec:ret@localhost', { username: 'u', password: 'sec:ret' }],
    ['amqp://u:gr%C3%BC%C3%9F@localhost/caf%C3%A9', { username: 'u', password: 'grüß', vhost: 'café' }],
    ['amqp://localhost/%20', { vhost: ' ' }],
    ['amqp://localhost/a+b', { vhost: 'a+b' }],
    ['amqp://[::1]', { host: '::1' }],
    ['amqp://u:p@[2001:db8::1]:5673/v', { host: '2001:db8::1', port: 5673, username: 'u', password: 'p', vhost: 'v' }],
    ['amqp://127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['amqp://localhost:65535', { port: 65_535 }],
    ['amqp://localhost?heartbeat=0', { heartbeat: 0 }],
    ['amqp://localhost/v?heartbeat=65535', { vhost: 'v', heartbeat: 65_535 }],
    ['amqps://localhost?cacertfile=/a%20b/ca.pem', { secure: true, port: 5671, tls: { verify: true, caFile: '/a b/ca.pem' } }],
    ['amqps://localhost?certfile=c&keyfile=k', { secure: true, port: 5671, tls: { verify: true, certFile: 'c', keyFile: 'k' } }],
    ['amqps://localhost?verify=verify_none', { secure: true, port: 5671, tls: { verify: false } }],
    ['amqps://localhost?verify=verify_peer', { secure: true, port: 5671 }],
    ['amqp://localhost?channel_max=5&unknown=1', {}],
  ])('%s', (text, difference) => expect(parseAddress(text, '--url')).toStrictEqual({ ...LOCAL, ...difference }));

  test('the query lies over the TLS settings that it is given', () => {
    const given = { verify: false, caFile: 'ca', certFile: 'cert' };
    expect(parseAddress('amqps://h?cacertfile=own&verify=verify_peer', '--url', given).tls).toStrictEqual({
      verify: true,
      caFile: 'own',
      certFile: 'cert',
    });
    expect(parseAddress('amqps://h', '--url', given).tls).toStrictEqual(given);
  });

  test.each<[string, string]>([
    ['', "'' is not an AMQP address"],
    ['localhost', "'localhost' is not an AMQP address"],
    ['localhost:5672', "'localhost:5672' does not start with amqp:// or amqps://"],
    ['http://localhost:15672', "'http://localhost:15672' does not start with amqp:// or amqps://"],
    ['lab:', "'lab:' does not start with amqp:// or amqps://"],
    ['amqp://', "'amqp://' names no host"],
    ['amqp:localhost', "'amqp:***' names no host"],
    ['amqp://localhost:0', 'port 0 cannot be connected to'],
    ['amqp://localhost:65536', "'amqp://localhost:65536' is not an AMQP address"],
    ['amqp://localhost:port', "'amqp://localhost:***' is not an AMQP address"],
    ['amqp://[::1', "'amqp://[:***' is not an AMQP address"],
    ['amqp://h/a/b', "the vhost in 'amqp://h/a/b' has a slash; write it as %2F"],
    ['amqp://h//', "the vhost in 'amqp://h//' has a slash; write it as %2F"],
    ['amqp://h/v#1', "'amqp://h/v#1' has a # where none can stand"],
    ['amqp://h1,h2', "'amqp://h1,h2' has a , where none can stand"],
    ['amqp://h/%zz', 'a % in it is not followed by two hex digits'],
    ['amqp://u:%zz@h', 'a % in it is not followed by two hex digits'],
    ['amqp://h?heartbeat=', "heartbeat '' is not a number of seconds up to 65535"],
    ['amqp://h?heartbeat=-1', "heartbeat '-1' is not a number of seconds up to 65535"],
    ['amqp://h?heartbeat=65536', "heartbeat '65536' is not a number of seconds up to 65535"],
    // what a password with a special character makes of an address
    ['amqp://u:SECRET/1@h', "'amqp://u:***@h' is not an AMQP address"],
    ['amqp://u:1/SECRET@h', "'amqp://u:***@h' has a @ where none can stand"],
    ['amqp://u:1?SECRET@h', "'amqp://u:***@h' has a @ where none can stand"],
    ['amqp://u:1#SECRET@h', "'amqp://u:***@h' has a # where none can stand"],
    ['u:SECRET@h', "'***@h' does not start with amqp:// or amqps://"],
    ['amqp:/u:SECRET@h', "'***@h' names no host"],
    ['amqp//u:SECRET@h', "'***@h' is not an AMQP address"],
    ['amqp://u:SECRET', "'amqp://u:***' is not an AMQP address"],
    ['amqp://me@corp:SECRET', "'amqp://me:***@corp:***' is not an AMQP address"],
  ])('%s is refused', (text, message) => {
    const error = refusal(() => parseAddress(text, 'RMQ_LAB_URL'));
    expect(error).toMatchObject({ exitCode: 2, message: `RMQ_LAB_URL: ${message}` });
    expect(error.hint).toMatch(/amqp:\/\/|%2F/);
  });

  test('reads back what formatAddress wrote', () => {
    const text = fc.string({ unit: 'binary' });
    const some = fc.string({ unit: 'binary', minLength: 1 });
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('::1', '2001:db8::2', 'rabbit-1.local'));
    const address = fc.record({ secure: fc.boolean(), host, port: fc.integer({ min: 1, max: 65_535 }), password: text, vhost: some });
    fc.assert(
      fc.property(address, some, (rest, username) => {
        const whole: BrokerAddress = { ...LOCAL, ...rest, username };
        expect(parseAddress(formatAddress(whole), '--url')).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});

test.each<[Partial<BrokerAddress>, string]>([
  [{}, 'amqp://guest@localhost:5672'],
  [{ secure: true, port: 5671 }, 'amqps://guest@localhost:5671'],
  [{ host: '::1' }, 'amqp://guest@[::1]:5672'],
  [{ vhost: 'a/b' }, 'amqp://guest@localhost:5672/a%2Fb'],
  [{ username: 'a@b:c', password: 'SECRET' }, 'amqp://a%40b%3Ac@localhost:5672'],
])('showAddress %j', (difference, text) => expect(showAddress({ ...LOCAL, ...difference })).toBe(text));

test('formatAddress hands the password on', () => {
  expect(formatAddress({ ...LOCAL, username: 'a@b', password: '$&/@', vhost: 'v' })).toBe('amqp://a%40b:%24%26%2F%40@localhost:5672/v');
});

test.each<[string, boolean]>([
  ['localhost', true],
  ['LocalHost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['128.0.0.1', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['0.0.0.0', false],
  ['', false],
])('isLoopback %s: %j', (host, answer) => expect(isLoopback({ ...LOCAL, host })).toBe(answer));

describe('a password is never shown', () => {
  /** Passwords full of what means something in a URL. Whatever is left of one holds SECRET. */
  const special = fc.constantFrom('@', ':', '/', '?', '#', '%', '%4', '[', ']', ' ', ',', '\\', '$&', '&', '=', '1', 'é', '\n', '');
  const password = fc
    .array(special, { maxLength: 4 })
    .chain((before) =>
      fc.array(special, { maxLength: 4 }).map((after) => `SECRET${before.join('SECRET')}SECRET${after.join('SECRET')}SECRET`),
    );
  /** What a hurried person makes of an address; the last part is where the password may have ended. */
  const shapes: readonly ((secret: string) => string)[] = [
    (secret) => `amqp://user:${secret}@host`,
    (secret) => `amqps://user:${secret}@host:5671/vhost?heartbeat=5`,
    (secret) => `amqp://:${secret}@host`,
    (secret) => `amqp://user:${secret}@`,
    (secret) => `amqp://user:${secret}@host:port`,
    (secret) => `amqp://user:${secret}@host:99999`,
    (secret) => `amqp://user:${secret}@host/a/b`,
    (secret) => `amqp://user:${secret}@host?heartbeat=x`,
    (secret) => `amqp://me@corp:${secret}@host`,
    (secret) => `amqp:/user:${secret}@host`,
    (secret) => `amqp:user:${secret}@host`,
    (secret) => `amqp//user:${secret}@host`,
    (secret) => `http://user:${secret}@host`,
    (secret) => `user:${secret}@host`,
  ];

  test('in the error of an address that cannot be read, nor in what is shown of one that can', () => {
    fc.assert(
      fc.property(fc.constantFrom(...shapes), password, (shape, secret) => {
        const text = shape(secret);
        expect(redactText(text)).not.toContain('SECRET');
        let shown: string;
        try {
          shown = showAddress(parseAddress(text, '--url'));
        } catch (error) {
          const { message, hint, stack } = error as Error & { hint: string };
          shown = [message, hint, stack, String((error as Error).cause)].join('\n');
        }
        expect(shown).not.toContain('SECRET');
      }),
      { numRuns: 5_000 },
    );
  });

  test('two addresses that differ in the password only are shown alike', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, text, (username, vhost, a, b) => {
        const show = (secret: string) => showAddress({ ...LOCAL, username, vhost, password: secret });
        expect(show(a)).toBe(show(b));
      }),
    );
  });
});

test.each<[string, string]>([
  ['amqp://localhost:5672/v?x=1', 'amqp://localhost:5672/v?x=1'],
  ['amqp://user@host', 'amqp://user:***@host'],
  ['amqp://user:pw@host:5672/v', 'amqp://user:***@host:5672/v'],
  ['amqp://[::1]:5672', 'amqp://[::1]:5672'],
  ['localhost', 'localhost'],
  ['', ''],
])('redactText %s', (text, shown) => expect(redactText(text)).toBe(shown));
