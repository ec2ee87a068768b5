import { type GlobalOptions, mergeSettings, type Profiles } from '../../src/settings.ts';
import { refusal } from '../support/refusal.ts';

type Environment = Record<string, string>;

const PROFILES: Profiles = {
  profiles: { prod: { url: 'amqps://prod', api: 'https://prod-api:443/' }, dev: { url: 'amqp://dev' } },
};
const USING_DEV: Profiles = { ...PROFILES, current: 'dev' };
const NONE: Profiles = { profiles: {} };

const merge = (options: GlobalOptions = {}, env: Environment = {}, profiles = NONE) => mergeSettings(options, env, profiles);
const hosts = (...args: Parameters<typeof merge>) => merge(...args).target.addresses.map(({ host }) => host);

describe('which broker', () => {
  const env = { RMQ_LAB_URL: 'amqp://lab', AMQP_URL: 'amqp://amqp' };

  test.each<[string, GlobalOptions, Environment, Profiles, { host: string; reason: string; asked: boolean }]>([
    ['--url beats all else', { url: 'amqp://flag' }, env, USING_DEV, { host: 'flag', reason: '--url', asked: true }],
    ['--profile beats the environment', { profile: 'prod' }, env, USING_DEV, { host: 'prod', reason: '--profile prod', asked: true }],
    ['RMQ_LAB_URL beats AMQP_URL', {}, env, USING_DEV, { host: 'lab', reason: 'RMQ_LAB_URL', asked: true }],
    ['AMQP_URL beats the profile', {}, { AMQP_URL: 'amqp://amqp' }, USING_DEV, { host: 'amqp', reason: 'AMQP_URL', asked: true }],
    ['the profile in use beats the default', {}, {}, USING_DEV, { host: 'dev', reason: 'profile dev', asked: true }],
    [
      'an empty variable is none',
      {},
      { RMQ_LAB_URL: '', AMQP_URL: '' },
      PROFILES,
      { host: 'localhost', reason: 'the default', asked: false },
    ],
    ['a profile not in use is none', {}, {}, PROFILES, { host: 'localhost', reason: 'the default', asked: false }],
  ])('%s', (_name, options, environment, profiles, { host, reason, asked }) => {
    const { target } = merge(options, environment, profiles);
    expect(target.addresses.map((address) => address.host)).toEqual([host]);
    expect(target).toMatchObject({ reason, asked });
  });

  test('the default', () => {
    expect(merge()).toStrictEqual({
      target: {
        addresses: [
          {
            secure: false,
            host: 'localhost',
            port: 5672,
            username: 'guest',
            password: 'guest',
            vhost: '/',
            tls: { verify: true },
          },
        ],
        api: 'http://localhost:15672',
        apis: ['http://localhost:15672'],
        reason: 'the default',
        asked: false,
      },
      connectTimeout: 10_000,
      reconnectFor: 60_000,
    });
  });

  test.each<[string, string[]]>([
    ['amqp://a,amqp://b', ['a', 'b']],
    ['amqp://a , amqps://b:1/v,AMQP://c', ['a', 'b', 'c']],
    ['amqp://u:se,cret@a,amqp://b', ['a', 'b']],
  ])('several: %s', (url, expected) => expect(hosts({ url })).toEqual(expected));

  test('a comma that separates nothing is refused', () => {
    expect(refusal(() => hosts({ url: 'amqp://a,' })).message).toBe("--url: 'amqp://a,' has a , where none can stand");
    expect(refusal(() => hosts({ url: 'amqp://a,b' })).message).toBe("--url: 'amqp://a,b' has a , where none can stand");
  });

  test('--vhost is for all of them', () => {
    const { addresses } = merge({ url: 'amqp://a/x,amqp://b', vhost: 'a/b' }).target;
    expect(addresses.map(({ vhost }) => vhost)).toEqual(['a/b', 'a/b']);
  });
});

describe('lab:, the lab broker of the command', () => {
  test.each<[string, GlobalOptions, Environment, Profiles, string]>([
    ['--url', { url: 'lab:' }, { RMQ_LAB_URL: 'amqp://x', RMQ_LAB_API: 'http://x' }, USING_DEV, '--url'],
    ['RMQ_LAB_URL', {}, { RMQ_LAB_URL: ' LAB: ' }, USING_DEV, 'RMQ_LAB_URL'],
    ['AMQP_URL', {}, { AMQP_URL: 'lab:', RMQ_LAB_API: 'http://x' }, USING_DEV, 'AMQP_URL'],
    ['a profile', { profile: 'own' }, {}, { profiles: { own: { url: 'lab:' } } }, '--profile own'],
  ])('by %s', (_name, options, env, profiles, reason) => {
    const { target } = merge({ ...options, vhost: 'v' }, env, profiles);
    const address = { secure: false, host: '127.0.0.1', port: 0, username: 'guest', password: 'guest', vhost: 'v', tls: { verify: true } };
    expect(target).toStrictEqual({ addresses: [address], api: '', reason, asked: true, embedded: true });
    expect(merge(options, env, profiles).target.addresses[0]?.vhost).toBe('/');
  });

  test('times are for it, too', () => {
    expect(merge({ url: 'lab:', connectTimeout: '1s', reconnectFor: '2s' })).toMatchObject({ connectTimeout: 1_000, reconnectFor: 2_000 });
    expect(refusal(() => merge({ url: 'lab:', connectTimeout: 'x' })).message).toMatch(/^--connect-timeout: /);
  });

  test.each(['lab', 'lab:/v', 'lab://', 'lab:5672', 'amqp://h,lab:', 'lab:,amqp://h', 'amqp://u:SECRET@h, lab: ,amqp://h'])(
    '%j is refused',
    (url) => {
      const error = refusal(() => merge({ url }));
      expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(/^--url: the lab broker /) });
      expect(error.hint).toMatch(/--url lab:.*--vhost/);
      expect(`${error.stack} ${error.hint}`).not.toContain('SECRET');
    },
  );

  test.each(['amqp://lab', 'amqp://lab:5672', 'amqp://u:p,lab:x@h', 'amqp://h/lab:'])('%s is another broker', (url) =>
    expect(merge({ url }).target.embedded).toBeUndefined(),
  );

  test.each<[string, GlobalOptions, Environment, Profiles]>([
    ['--api', { url: 'lab:', api: 'http://h' }, {}, NONE],
    ['RMQ_LAB_API', {}, { RMQ_LAB_URL: 'lab:', RMQ_LAB_API: 'http://h' }, NONE],
    ['--profile own', { profile: 'own' }, {}, { profiles: { own: { url: 'lab:', api: 'http://h' } } }],
  ])('a management API by %s is refused', (what, options, env, profiles) =>
    expect(refusal(() => merge(options, env, profiles))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`${what}: the lab broker of`),
      hint: 'leave it out',
    }),
  );
});

describe('the management API', () => {
  test.each<[string, GlobalOptions, Environment, Profiles, string]>([
    ['beside amqp', { url: 'amqp://h:1' }, {}, NONE, 'http://h:15672'],
    ['beside amqps, by TLS', { url: 'amqps://h:1' }, {}, NONE, 'https://h:15671'],
    ['of an IPv6 host', { url: 'amqp://[::1]' }, {}, NONE, 'http://[::1]:15672'],
    ['of the first of several', { url: 'amqps://a,amqp://b' }, {}, NONE, 'https://a:15671'],
    ['--api', { url: 'amqp://h', api: 'https://api:8443/rabbit/' }, {}, NONE, 'https://api:8443/rabbit'],
    ['--api beats RMQ_LAB_API', { api: 'http://flag' }, { RMQ_LAB_URL: 'amqp://h', RMQ_LAB_API: 'http://env' }, NONE, 'http://flag'],
    ['RMQ_LAB_API beside RMQ_LAB_URL', {}, { RMQ_LAB_URL: 'amqp://h', RMQ_LAB_API: 'http://env:1/' }, NONE, 'http://env:1'],
    ['RMQ_LAB_API empty', {}, { RMQ_LAB_URL: 'amqp://h', RMQ_LAB_API: '' }, NONE, 'http://h:15672'],
    ['RMQ_LAB_API is not for --url', { url: 'amqp://h' }, { RMQ_LAB_URL: 'amqp://x', RMQ_LAB_API: 'http://env' }, NONE, 'http://h:15672'],
    ['RMQ_LAB_API is not for AMQP_URL', {}, { AMQP_URL: 'amqp://h', RMQ_LAB_API: 'http://env' }, NONE, 'http://h:15672'],
    ['RMQ_LAB_API is not for a profile', { profile: 'dev' }, { RMQ_LAB_API: 'http://env' }, PROFILES, 'http://dev:15672'],
    ['of a profile', { profile: 'prod' }, {}, PROFILES, 'https://prod-api'],
    ['--api beats that of a profile', { profile: 'prod', api: 'http://flag' }, {}, PROFILES, 'http://flag'],
  ])('%s', (_name, options, env, profiles, api) => expect(merge(options, env, profiles).target.api).toBe(api));

  test.each<[string, string]>([
    ['h', "--api: 'h' is not an address"],
    ['', "--api: '' is not an address"],
    ['amqp://h', "--api: 'amqp://h' does not start with http:// or https://"],
    ['u:SECRET@h', "--api: '***@h' does not start with http:// or https://"],
    ['http://u:SECRET@h', '--api: user and password are taken from the broker’s address'],
    ['http://u:SECRET@h:99999', "--api: 'http://u:***@h:99999' is not an address"],
  ])('%s is refused', (api, message) => {
    const error = refusal(() => merge({ api }));
    expect(error).toMatchObject({ exitCode: 2, message });
    expect(error.hint).toMatch(/https?:\/\//);
    expect(`${error.stack} ${error.hint} ${error.cause}`).not.toContain('SECRET');
  });

  test('the error names where it was said', () => {
    expect(refusal(() => merge({}, { RMQ_LAB_URL: 'amqp://h', RMQ_LAB_API: 'x' })).message).toMatch(/^RMQ_LAB_API: /);
    expect(refusal(() => merge({ profile: 'p' }, {}, { profiles: { p: { url: 'amqp://h', api: 'x' } } })).message).toMatch(
      /^--profile p: /,
    );
  });
});

describe('TLS', () => {
  const env = { RMQ_LAB_TLS_CA_FILE: 'env-ca', RMQ_LAB_TLS_CERT_FILE: 'env-cert', RMQ_LAB_TLS_KEY_FILE: 'env-key', RMQ_LAB_INSECURE: '1' };
  const flags = { tlsCaFile: 'ca', tlsCertFile: 'cert', tlsKeyFile: 'key' };
  const query = 'amqps://h?cacertfile=q-ca&certfile=q-cert&keyfile=q-key&verify=verify_peer';

  test.each<[string, GlobalOptions, Environment, object]>([
    ['nothing said', { url: 'amqps://h' }, {}, { verify: true }],
    ['environment', { url: 'amqps://h' }, env, { verify: false, caFile: 'env-ca', certFile: 'env-cert', keyFile: 'env-key' }],
    ['empty variables', { url: 'amqps://h' }, { RMQ_LAB_TLS_CA_FILE: '', RMQ_LAB_INSECURE: '' }, { verify: true }],
    ['RMQ_LAB_INSECURE=0', { url: 'amqps://h' }, { RMQ_LAB_INSECURE: '0' }, { verify: true }],
    ['the query beats it', { url: query }, env, { verify: true, caFile: 'q-ca', certFile: 'q-cert', keyFile: 'q-key' }],
    ['flags beat both', { url: query, ...flags, insecure: true }, env, { verify: false, caFile: 'ca', certFile: 'cert', keyFile: 'key' }],
    ['each by itself', { url: 'amqps://h', tlsCaFile: 'ca' }, { RMQ_LAB_TLS_KEY_FILE: 'k' }, { verify: true, caFile: 'ca', keyFile: 'k' }],
  ])('%s', (_name, options, environment, tls) => expect(merge(options, environment).target.addresses[0]?.tls).toStrictEqual(tls));
});

describe('times', () => {
  test('are read', () => {
    expect(merge({ connectTimeout: '250ms', reconnectFor: '0' })).toMatchObject({ connectTimeout: 250, reconnectFor: 0 });
    expect(merge({ connectTimeout: '500h', reconnectFor: '9000h' })).toMatchObject({ connectTimeout: 1.8e9, reconnectFor: 3.24e10 });
  });

  test.each<[GlobalOptions, string]>([
    [{ connectTimeout: '5' }, "--connect-timeout: '5' is not a duration"],
    [{ connectTimeout: '0' }, "--connect-timeout: '0' is not between 1ms and 500h"],
    [{ connectTimeout: '501h' }, "--connect-timeout: '501h' is not between 1ms and 500h"],
    [{ reconnectFor: '-1s' }, "--reconnect-for: '-1s' is not a duration"],
  ])('%j is refused', (options, message) => expect(refusal(() => merge(options))).toMatchObject({ exitCode: 2, message }));
});

describe('refused', () => {
  test.each<[GlobalOptions, Environment, Profiles, string, RegExp]>([
    [{ url: 'amqp://a', profile: 'dev' }, {}, PROFILES, '--url and --profile both name a broker', /one of them/],
    [{ profile: 'nope' }, {}, PROFILES, "--profile nope: there is no profile 'nope'", /prod, dev/],
    [{ profile: 'constructor' }, {}, NONE, "--profile constructor: there is no profile 'constructor'", /--url/],
    [{}, {}, { ...PROFILES, current: 'gone' }, "profile gone: there is no profile 'gone'", /prod, dev/],
    [{ url: 'x' }, {}, NONE, "--url: 'x' is not an AMQP address", /amqp:\/\//],
    [{}, { AMQP_URL: 'amqp://u:SECRET@h:x' }, NONE, "AMQP_URL: 'amqp://u:***@h:***' is not an AMQP address", /amqp:\/\//],
    [{ profile: 'p' }, {}, { profiles: { p: { url: 'x' } } }, "--profile p: 'x' is not an AMQP address", /amqp:\/\//],
  ])('%j %j', (options, env, profiles, message, hint) => {
    const error = refusal(() => merge(options, env, profiles));
    expect(error).toMatchObject({ exitCode: 2, message });
    expect(error.hint).toMatch(hint);
  });
});
