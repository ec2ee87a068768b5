import { createLabBroker, type LabBroker } from '../../../../src/lab-broker/lab-broker.ts';

const COUNT = 4_000;

let broker: LabBroker;
beforeAll(async () => {
  broker = await createLabBroker();
});
afterAll(() => broker.close());

const ask = async (path: string, method = 'GET', body?: object) => {
  const headers = { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${broker.api}/api/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  expect(Number(answer.headers.get('content-length') ?? 0)).toBe(Buffer.byteLength(text));
  return text === '' ? answer.status : JSON.parse(text);
};
/** The policy of the last queue that gets it. */
const policy = async () => (await ask(`queues/%2F/${encodeURIComponent(`q${COUNT - 1}ü`)}`)).policy;

test('what is done in several turns is done when it is answered', async () => {
  const names = Array.from({ length: COUNT }, (_, n) => `q${String(n).padStart(4, '0')}ü`);
  const queues = names.map((name) => ({ name, vhost: '/', durable: true, auto_delete: false, arguments: {} }));
  const bindings = names.map((name) => ({
    source: 'amq.topic',
    vhost: '/',
    destination: name,
    destination_type: 'queue',
    routing_key: name,
  }));
  expect(await ask('definitions', 'POST', { queues, bindings })).toBe(204);
  expect((await ask('queues')).map(({ name }: { name: string }) => name)).toEqual(names);
  expect(await ask('bindings')).toHaveLength(2 * COUNT);
  expect(await policy()).toBe(null);
  expect(await ask('policies/%2F/all', 'PUT', { pattern: '', definition: { 'max-length': 1 } })).toBe(201);
  expect(await policy()).toBe('all');
  const { queues: exported, bindings: bound } = await ask('definitions');
  expect([exported.length, bound.length]).toEqual([COUNT, COUNT]);
  expect(await ask('policies/%2F/all', 'DELETE')).toBe(204);
  expect(await policy()).toBe(null);
  const parameter = { vhost: '/', name: 'all', pattern: '', definition: { 'max-length': 1 } };
  expect(await ask('definitions', 'POST', { policies: [parameter] })).toBe(204);
  expect(await policy()).toBe('all');
});
