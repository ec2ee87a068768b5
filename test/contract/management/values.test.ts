import { describeBrokersAtOnce } from '../../support/brokers.ts';
import { ask, type HttpAnswer } from '../../support/http-ask.ts';
import { setManagementStage } from '../../support/management-stage.ts';
import { eventually } from '../../support/polling.ts';
import { sharedVhost } from '../../support/shared-vhost.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { expectedOn } from '../differences.ts';

describeBrokersAtOnce('management/values', (broker, test) => {
  let wire: WireClient;
  afterAll(() => wire.close());
  const vhost = sharedVhost(broker);
  beforeAll(async () => {
    wire = await setManagementStage(vhost());
  });

  const get = async (path: string): Promise<unknown> => {
    const { status, body }: HttpAnswer = await ask(broker.api, { path: path.replace('VHOST', vhost().vhost) });
    expect(status).toBe(200);
    return JSON.parse(JSON.stringify(body).replaceAll(vhost().vhost, 'VHOST'));
  };
  /** The same once it is as expected: some of what real servers answer is up to 5 s old. */
  const settles = (name: string, path: string, expected: unknown) =>
    eventually(async () => expect(await get(path)).toEqual(expectedOn(broker, `management/values/${name}`, expected)), { within: 12_000 });

  test('exchanges', async () => {
    const columns = 'columns=name,vhost,type,durable,auto_delete,internal,arguments';
    const system = { vhost: 'VHOST', durable: true, auto_delete: false, internal: false, arguments: {} };
    const expected = [
      { ...system, name: '', type: 'direct' },
      { ...system, name: 'amq.direct', type: 'direct' },
      { ...system, name: 'amq.fanout', type: 'fanout' },
      { ...system, name: 'amq.headers', type: 'headers' },
      { ...system, name: 'amq.match', type: 'headers' },
      { ...system, name: 'amq.rabbitmq.trace', type: 'topic', internal: true },
      { ...system, name: 'amq.topic', type: 'topic' },
      { ...system, name: 'h', type: 'headers', durable: false, auto_delete: true, internal: true },
      { ...system, name: 'x', type: 'topic', arguments: { 'alternate-exchange': 'amq.fanout' } },
    ];
    expect(await get(`/api/exchanges/VHOST?${columns}`)).toEqual(expected);
    expect(await get(`/api/exchanges/VHOST/x?${columns}`)).toEqual(expected.at(-1));
    expect(await get(`/api/exchanges/VHOST/amq.default?${columns}`)).toEqual(expected[0]);
    const all = (await get(`/api/exchanges?${columns}`)) as { vhost: string }[];
    expect(all.filter((exchange) => exchange.vhost === 'VHOST')).toEqual(expected);
  });

  test('queues', async () => {
    const columns = 'columns=name,vhost,type,durable,auto_delete,exclusive,arguments';
    const plain = { vhost: 'VHOST', type: 'classic', durable: true, auto_delete: false, exclusive: false };
    const limits = { 'x-max-length': 5, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' };
    const expected = expectedOn(broker, 'management/values/queues', [
      { ...plain, name: 'ex', durable: false, exclusive: true, arguments: { 'x-queue-type': 'classic' } },
      { ...plain, name: 'q', arguments: { ...limits, 'x-queue-type': 'classic' } },
      { ...plain, name: 'quo', type: 'quorum', arguments: { 'x-queue-type': 'quorum' } },
      { ...plain, name: 'sac', arguments: { 'x-single-active-consumer': true, 'x-queue-type': 'classic' } },
      { ...plain, name: 'str', type: 'stream', arguments: { 'x-queue-type': 'stream' } },
    ]);
    expect(await get(`/api/queues/VHOST?disable_stats=true&${columns}`)).toEqual(expected);
    for (const [index, name] of ['ex', 'q', 'quo', 'sac', 'str'].entries()) {
      expect(await get(`/api/queues/VHOST/${name}?disable_stats=true&${columns}`)).toEqual(expected[index]);
    }
    const sac = { name: 'sac' };
    const page = { page: 2, page_size: 2, page_count: 3, item_count: 2, filtered_count: 5, total_count: 5, items: [{ name: 'quo' }, sac] };
    await settles('a page', '/api/queues/VHOST?page=2&page_size=2&columns=name', page);
    const filtered = { page: 1, page_size: 100, page_count: 1, item_count: 1, filtered_count: 1, total_count: 5, items: [sac] };
    await settles('a page', '/api/queues/VHOST?page=1&name=%5Es.c&use_regex=true&columns=name', filtered);
    const backwards = ['str', 'sac', 'quo', 'q', 'ex'].map((name) => ({ name }));
    await settles('sorted', '/api/queues/VHOST?sort=name&sort_reverse=true&columns=name', backwards);
  });

  test('what queues hold: at once with enable_queue_totals, in time with statistics', async () => {
    const columns = 'columns=name,messages,messages_ready,messages_unacknowledged';
    const counts = { name: 'q', messages: 2, messages_ready: 1, messages_unacknowledged: 1 };
    await settles('totals', `/api/queues/VHOST/q?disable_stats=true&enable_queue_totals=true&${columns}`, counts);
    await settles('counts', `/api/queues/VHOST/q?${columns}`, counts);
    const bytes = { consumers: 1, message_bytes: 11, message_bytes_ready: 6, message_bytes_unacknowledged: 5 };
    await settles('bytes', '/api/queues/VHOST/q?columns=consumers,message_bytes,message_bytes_ready,message_bytes_unacknowledged', bytes);
    await settles('vhost', '/api/vhosts/VHOST?columns=name,messages,messages_ready,messages_unacknowledged', { ...counts, name: 'VHOST' });
    await settles('exclusive', '/api/queues/VHOST/ex?columns=exclusive_consumer_tag,policy', {
      exclusive_consumer_tag: 'alone',
      policy: null,
    });
    const single = { single_active_consumer_tag: 'first', consumers: 2 };
    await settles('single', '/api/queues/VHOST/sac?columns=single_active_consumer_tag,consumers', single);
  });

  const plain = { vhost: 'VHOST', destination: 'q', destination_type: 'queue', arguments: {} };
  const fromX = [
    { ...plain, source: 'x', routing_key: '', properties_key: '~' },
    { ...plain, source: 'x', routing_key: 'a.#', properties_key: 'a.%23' },
    { ...plain, source: 'x', routing_key: 'a/b c~é%', properties_key: 'a%2Fb+c%7E%C3%A9%25' },
  ];
  const toX = {
    ...plain,
    source: 'amq.topic',
    destination: 'x',
    destination_type: 'exchange',
    routing_key: 't.*',
    properties_key: 't.%2A',
  };
  const implied = (name: string) => ({ ...plain, source: '', destination: name, routing_key: name, properties_key: name });
  const fromH = {
    ...plain,
    source: 'h',
    routing_key: '',
    properties_key: expect.stringMatching(/^~[\w-]{6}$/),
    arguments: {
      'x-match': 'any',
      text: 'é',
      bytes: 'Not UTF-8, base64 is: AP8=',
      yes: true,
      short: -5,
      big: 12_345_678_901_234,
      double: 1.5,
      nothing: 'undefined',
      when: 123,
      table: { a: 'b' },
      list: ['x', 'y'],
    },
  };

  test('bindings', async () => {
    const all = [...['ex', 'q', 'quo', 'sac', 'str'].map(implied), toX, fromH, ...fromX];
    expect(await get('/api/bindings/VHOST')).toEqual(all);
    expect(await get('/api/bindings/VHOST/e/x/q/q')).toEqual(fromX);
    expect(await get('/api/bindings/VHOST/e/amq.topic/e/x')).toEqual([toX]);
    expect(await get('/api/bindings/VHOST/e/amq.default/q/q')).toEqual([implied('q')]);
    expect(await get('/api/queues/VHOST/q/bindings')).toEqual([implied('q'), fromH, ...fromX]);
    expect(await get('/api/exchanges/VHOST/x/bindings/source')).toEqual(fromX);
    expect(await get('/api/exchanges/VHOST/x/bindings/destination')).toEqual([toX]);
    expect(await get('/api/exchanges/VHOST/amq.default/bindings/destination')).toEqual([]);
  });

  test('bindings of what is not there', async () => {
    expect(await get('/api/queues/VHOST/nosuch/bindings')).toEqual([implied('nosuch')]);
    expect(await get('/api/bindings/VHOST/e/amq.default/q/nosuch')).toEqual([implied('nosuch')]);
    expect(await get('/api/bindings/VHOST/e/nosuch/q/q')).toEqual([]);
    expect(await get('/api/exchanges/VHOST/nosuch/bindings/source')).toEqual([]);
  });

  test('consumers', async () => {
    const common = { ack_required: true, exclusive: false, prefetch_count: 1, arguments: {}, active: true, activity_status: 'up' };
    const expected = [
      { ...common, consumer_tag: 'alone', queue: { name: 'ex', vhost: 'VHOST' }, exclusive: true },
      { ...common, consumer_tag: 'first', queue: { name: 'sac', vhost: 'VHOST' }, ack_required: false, activity_status: 'single_active' },
      { ...common, consumer_tag: 'held', queue: { name: 'q', vhost: 'VHOST' }, arguments: { 'x-priority': 5 }, activity_status: 'blocked' },
      { ...common, consumer_tag: 'second', queue: { name: 'sac', vhost: 'VHOST' }, active: false, activity_status: 'waiting' },
    ];
    const columns = 'columns=consumer_tag,queue,ack_required,exclusive,prefetch_count,arguments,active,activity_status';
    const rows = async () =>
      ((await get(`/api/consumers/VHOST?${columns}`)) as { consumer_tag: string }[]).sort((a, b) =>
        a.consumer_tag < b.consumer_tag ? -1 : 1,
      );
    await eventually(async () => expect(await rows()).toEqual(expectedOn(broker, 'management/values/consumers', expected)), {
      within: 12_000,
    });
    const details = { consumer_tag: 'alone', channel_details: expect.objectContaining({ number: 1, user: 'guest' }) };
    await settles(
      'consumer_details',
      '/api/queues/VHOST/ex',
      expect.objectContaining({ consumer_details: [expect.objectContaining(details)] }),
    );
  });

  test('connections and channels', async () => {
    const connection = {
      vhost: 'VHOST',
      user: 'guest',
      user_who_performed_action: 'guest',
      protocol: 'AMQP 0-9-1',
      auth_mechanism: 'PLAIN',
      state: 'running',
      type: 'network',
      channels: 1,
      channel_max: 2047,
      frame_max: 131_072,
      ssl: false,
      host: '127.0.0.1',
      peer_host: '127.0.0.1',
    };
    const columns = `columns=${Object.keys(connection).join(',')}`;
    await settles('connections', `/api/vhosts/VHOST/connections?${columns}`, [connection]);
    const [{ name } = { name: '' }] = (await get('/api/vhosts/VHOST/connections?columns=name')) as { name: string }[];
    expect(name).toMatch(/^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+$/);
    await settles('connection', `/api/connections/${encodeURIComponent(name)}`, expect.objectContaining(connection));
    const channel = {
      name: `${name} (1)`,
      number: 1,
      vhost: 'VHOST',
      user: 'guest',
      state: 'running',
      confirm: false,
      transactional: false,
      consumer_count: 4,
      prefetch_count: 1,
      messages_unacknowledged: 1,
      messages_unconfirmed: 0,
      messages_uncommitted: 0,
      acks_uncommitted: 0,
      connection_details: { name, peer_host: '127.0.0.1', peer_port: Number(name.split(/[: ]/)[1]) },
    };
    const fields = `columns=${Object.keys(channel).join(',')}`;
    await settles('channels', `/api/vhosts/VHOST/channels?${fields}`, [channel]);
    await settles('channels', `/api/connections/${encodeURIComponent(name)}/channels?${fields}`, [channel]);
  });
});
