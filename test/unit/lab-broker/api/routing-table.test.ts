import fc from 'fast-check';
import { get, type Route } from '../../../../src/lab-broker/api/request.ts';
import { allowed, createRoutingTable } from '../../../../src/lab-broker/api/routing-table.ts';

const handle = () => ({ status: 200 });
const route = (method: Route['method'], path: string): Route => ({ method, path, audience: 'management', handle });
const find = createRoutingTable([
  get('/api/queues', 'management', handle),
  get('/api/queues/:vhost', 'management', handle),
  get('/api/queues/:vhost/:queue', 'management', handle),
  route('DELETE', '/api/queues/:vhost/:queue/contents'),
  route('PUT', '/api/vhosts/:vhost'),
  get('/api/vhosts/:vhost', 'management', handle),
  route('DELETE', '/api/vhosts/:vhost'),
  route('POST', '/api/bindings/:vhost'),
]);

const paramsOf = (path: string) => {
  const hit = find(path);
  return typeof hit === 'object' ? hit.params : hit;
};

test.each([
  ['/api/queues', {}],
  ['/api/queues/', {}],
  ['/api/queues/v', { vhost: 'v' }],
  ['/api/queues/%2F', { vhost: '/' }],
  ['/api/queues/%2f/a%2Fb', { vhost: '/', queue: 'a/b' }],
  ['/api/queues/v/%C3%A9%20%25+', { vhost: 'v', queue: 'é %+' }],
  ['/api/queues/v/', { vhost: 'v' }],
  ['/api/queues//q', { vhost: '', queue: 'q' }],
  ['/api/queues/v/q/contents', { vhost: 'v', queue: 'q' }],
  ['/api/queues/v/q/other', undefined],
  ['/api/%71ueues', {}],
  ['/api/nosuch', undefined],
  ['/api/QUEUES', undefined],
  ['api/queues', undefined],
  ['/', undefined],
  ['', undefined],
  ['*', undefined],
  ['/api/queues/%', 'malformed'],
  ['/api/queues/%2', 'malformed'],
  ['/api/queues/%zz', 'malformed'],
  ['/nosuch%', 'malformed'],
  ['/api/queues/%ff', undefined],
])('%s', (path, expected) => {
  expect(paramsOf(path)).toEqual(expected);
});

test('any name finds its way through a path', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(name, name, (vhost, queue) => {
      expect(paramsOf(`/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`)).toEqual({ vhost, queue });
    }),
  );
});

test('what may be asked of a path', () => {
  const of = (path: string) => allowed(find(path) as never);
  expect(of('/api/queues')).toBe('HEAD, GET, OPTIONS');
  expect(of('/api/vhosts/v')).toBe('HEAD, GET, PUT, DELETE, OPTIONS');
  expect(of('/api/queues/v/q/contents')).toBe('DELETE, OPTIONS');
  expect(of('/api/bindings/v')).toBe('POST, OPTIONS');
});
