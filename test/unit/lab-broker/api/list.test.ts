import { select } from '../../../../src/lab-broker/api/list.ts';
import { Listing } from '../../../../src/lab-broker/api/listing.ts';
import { Pace } from '../../../../src/lab-broker/api/pace.ts';

const QUEUES = [
  { vhost: 'b', name: 'q1', messages: 10, arguments: { n: 1 }, items: [{ a: 1, b: 2 }, { a: 3 }] },
  { vhost: 'a', name: 'q3', messages: 9, arguments: {} },
  { vhost: 'a', name: 'q2', messages: 'none', arguments: { n: 2, m: 3 } },
];

const pace = new Pace({ later: (run) => void setImmediate(run) });
const ask = (query: string, body: unknown = QUEUES, paged = true) => select({ status: 200, body }, new URLSearchParams(query), paged, pace);
const names = async (query: string) => ((await ask(query)).body as { name: string }[]).map(({ name }) => name);

describe('order', () => {
  test('by vhost and name unless another is asked for', () => expect(names('')).resolves.toEqual(['q2', 'q3', 'q1']));
  test('backwards', () => expect(names('sort_reverse=true')).resolves.toEqual(['q1', 'q3', 'q2']));
  test('numbers by value and before texts', () => expect(names('sort=messages')).resolves.toEqual(['q3', 'q1', 'q2']));
  test('by a field within', () => expect(names('sort=arguments.n')).resolves.toEqual(['q1', 'q2', 'q3']));
  test('by what nothing has', () => expect(names('sort=nosuch')).resolves.toEqual(['q2', 'q3', 'q1']));
  test('documents without any of it stay as they are', async () => {
    const consumers = [{ consumer_tag: 'b' }, { consumer_tag: 'a' }];
    expect((await ask('', consumers)).body).toEqual(consumers);
  });
});

describe('columns', () => {
  const first = async (query: string) => ((await ask(query, [QUEUES[0]])).body as unknown[])[0];
  test('in the order asked for', async () =>
    expect(JSON.stringify(await first('columns=messages,name'))).toBe('{"messages":10,"name":"q1"}'));
  test('within a field', async () => expect((await ask('columns=arguments.n', QUEUES[2])).body).toEqual({ arguments: { n: 2 } }));
  test('within a list', () => expect(first('columns=items.b')).resolves.toEqual({ items: [{ b: 2 }, []] }));
  test('of a single document', async () => expect((await ask('columns=name', QUEUES[0])).body).toEqual({ name: 'q1' }));
  test('none that there is', () => expect(first('columns=nosuch')).resolves.toEqual([]));
  test('what every object has is no column', () => expect(first('columns=constructor,__proto__,toString.name')).resolves.toEqual([]));
  test('an order by what is not shown', async () =>
    expect((await ask('columns=vhost&sort=name')).body).toEqual([{ vhost: 'b' }, { vhost: 'a' }, { vhost: 'a' }]));
});

describe('pages', () => {
  const many = Array.from({ length: 250 }, (_, n) => ({ name: `q${String(n).padStart(3, '0')}` }));
  const page = async (query: string) => (await ask(query, many)).body as Record<string, unknown> & { items: { name: string }[] };

  test('a hundred to a page unless said', async () => {
    const { items, ...counts } = await page('page=3');
    expect(counts).toEqual({ page: 3, page_size: 100, page_count: 3, item_count: 50, filtered_count: 250, total_count: 250 });
    expect(items.map(({ name }) => name)).toEqual(many.slice(200).map(({ name }) => name));
  });
  test('a part of the name', async () => {
    expect(await page('page=1&name=24')).toMatchObject({ total_count: 250, filtered_count: 13, item_count: 13, page_count: 1 });
    expect(await page('page=1&name=^q24.$&use_regex=true')).toMatchObject({ filtered_count: 10 });
    expect(await page('page=1&name=[&use_regex=true')).toMatchObject({ filtered_count: 0 });
  });
  test('one page of nothing', async () => {
    expect(await page('page=1&name=nosuch')).toMatchObject({ page: 1, page_count: 0, item_count: 0, items: [] });
  });
  test('a list without pages does not mind', async () => expect((await ask('page=0', QUEUES, false)).body).toHaveLength(3));
  test.each([
    ['page=', 'bad_request'],
    ['page=1.5', 'bad_request'],
    ['page=1&page_size=many', 'bad_request'],
    ['page=0', 'invalid_pagination_parameters'],
    ['page=-1', 'invalid_pagination_parameters'],
    ['page=1&page_size=0', 'invalid_pagination_parameters'],
    ['page=1&page_size=501', 'invalid_pagination_parameters'],
    ['page=4', 'page_out_of_range'],
    ['page=2&name=nosuch', 'page_out_of_range'],
  ])('%s', async (query, error) => {
    expect(await ask(query, many)).toEqual({ status: 400, body: { error, reason: expect.any(String) } });
  });
});

test('what is no 200 stays as it is', async () => {
  const answer = { status: 404, body: { error: 'x' } };
  expect(await select(answer, new URLSearchParams('columns=name&page=1'), true, pace)).toBe(answer);
});

describe('of a listing is put together', () => {
  /** Names of what was put together. */
  let made: string[] = [];
  beforeEach(() => {
    made = [];
  });
  const listing = new Listing(
    QUEUES.map((queue) => ({
      head: () => ({ vhost: queue.vhost, name: queue.name }),
      view: () => {
        made.push(queue.name);
        return queue;
      },
    })),
  );

  test('what stands on the page', async () => {
    expect((await ask('page=2&page_size=1', listing)).body).toMatchObject({ items: [QUEUES[1]], total_count: 3 });
    expect(made).toEqual(['q3']);
  });
  test('what the name matches', async () => {
    expect((await ask('page=1&name=q1', listing)).body).toMatchObject({ items: [QUEUES[0]], filtered_count: 1 });
    expect(made).toEqual(['q1']);
  });
  test('all of it, for an order by what only the whole documents have', async () => {
    expect((await ask('page=1&page_size=1&sort=messages', listing)).body).toMatchObject({ items: [QUEUES[1]] });
    expect(made).toEqual(['q1', 'q3', 'q2', 'q3']);
  });
  test('within a document', async () => {
    expect((await ask('columns=queues.name', { queues: listing, more: 1 })).body).toEqual({
      queues: [{ name: 'q1' }, { name: 'q3' }, { name: 'q2' }],
    });
  });
});
