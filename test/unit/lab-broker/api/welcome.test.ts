import { createLabBroker, type LabBroker } from '../../../../src/lab-broker/lab-broker.ts';
import { ask } from '../../../support/http-ask.ts';

let broker: LabBroker;
beforeAll(async () => {
  broker = await createLabBroker();
});
afterAll(() => broker.close());

test.each(['/', '/?x', '/index.html', '/api/index.html'])(
  '%s tells a browser what this is, where clients go, and what to ask',
  async (path) => {
    const { status, headers, body } = await ask(broker.api, { path, auth: null });
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toMatch(/^<!doctype html>/);
    expect(body).toContain('lab broker');
    expect(body).toContain('no web pages');
    expect(body).toContain(new URL(broker.url).host);
    expect(body).toContain('<a href="/api/overview">');
    expect(body).toContain('/api/queues/<i>:vhost</i>/<i>:queue</i><td>GET PUT DELETE');
  },
);

test.each(['/api', '/api/'])('%s sends it there, as RabbitMQ does', async (path) => {
  expect(await ask(broker.api, { path, auth: null })).toMatchObject({ status: 301, headers: { location: '/api/index.html' } });
});

test('whoever does not ask for the page gets none', async () => {
  expect(await ask(broker.api, { path: '/', method: 'HEAD', auth: null })).toMatchObject({ status: 200, body: undefined });
  expect(await ask(broker.api, { path: '/', method: 'POST' })).toMatchObject({ status: 404 });
  expect(await ask(broker.api, { path: '/nosuch' })).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
});
