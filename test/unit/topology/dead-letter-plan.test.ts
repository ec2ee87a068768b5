import { type DeadLetterRequest, planDeadLetters, planNotes, policyOf } from '../../../src/topology/dead-letter-plan.ts';

const request = (more: Partial<DeadLetterRequest> = {}): DeadLetterRequest => ({
  queue: 'q',
  delays: [],
  deadLetterExchange: 'q.dlx',
  deadLetterQueue: 'q.dlq',
  ...more,
});

/** Bindings in short: `source -key-> destination`. */
const arrows = (bindings: ReturnType<typeof planDeadLetters>['bindings']) =>
  bindings.map(({ source, routingKey, destination, arguments: table }) => {
    const reason = table['x-first-death-reason'];
    return `${source} -${reason === undefined ? routingKey : String(reason)}-> ${destination}`;
  });

test('without delays: an exchange that leads everything to the dead-letter queue', () => {
  const plan = planDeadLetters(request({ ttl: 5, maxLength: 3, type: 'quorum' }), '3.10.8');
  expect(plan.work.arguments).toEqual({
    'x-queue-type': 'quorum',
    'x-dead-letter-exchange': 'q.dlx',
    'x-message-ttl': 5,
    'x-max-length': 3,
  });
  expect(plan.exchanges.map(({ exchange, type }) => [exchange, type])).toEqual([['q.dlx', 'fanout']]);
  expect(arrows(plan.bindings)).toEqual(['q.dlx --> q.dlq']);
  expect(plan.stale).toEqual([]);
});

test('with delays: each wait queue hands back with the key of the next', () => {
  const plan = planDeadLetters(request({ delays: [10, 20] }), '4.3.6');
  // no dead-letter key: the one that a message has says how often it was tried
  expect(plan.work.arguments).toEqual({ 'x-dead-letter-exchange': 'q.dlx' });
  expect(plan.queues.map(({ queue, arguments: table }) => [queue, table['x-message-ttl'], table['x-dead-letter-routing-key']])).toEqual([
    ['q.dlq', undefined, undefined],
    ['q.retry.1', 10, 'rung.2'],
    ['q.retry.2', 20, 'rung.3'],
  ]);
  expect(arrows(plan.bindings)).toEqual([
    'q.retry.again --> q',
    'q.retry.first -rejected-> q.retry.1',
    'q.retry.first -expired-> q.dlq',
    'q.retry.first -maxlen-> q.dlq',
    'q.retry.first -delivery_limit-> q.dlq',
    'q.dlx -rung.1-> q.retry.1',
    'q.dlx -rung.2-> q.retry.2',
    'q.dlx -rung.3-> q.dlq',
  ]);
  expect(arrows(plan.stale)).toEqual(['q.dlx -rung.1-> q.dlq', 'q.dlx -rung.2-> q.dlq', 'q.dlx -rung.3-> q.retry.3']);
});

test('its policy holds for this queue only', () => {
  const { name, body } = policyOf(planDeadLetters(request({ queue: 'a.b+c', ttl: 5, type: 'classic' }), '4.3.6'));
  expect(name).toBe('a.b+c.dead-letters');
  expect(body).toEqual({ pattern: '^a\\.b\\+c$', definition: { 'dead-letter-exchange': 'q.dlx', 'message-ttl': 5 }, 'apply-to': 'queues' });
});

test.each<[Partial<DeadLetterRequest>, string, RegExp | undefined]>([
  [{ ttl: 5 }, '4.3.6', undefined],
  [{ delays: [1] }, '4.3.6', undefined],
  [{ delays: [1], ttl: 5 }, '3.10.8', /^a message that expires at its first/],
  [{ delays: [1], ttl: 5, maxLength: 5 }, '4.0.5', /expires or overflows at/],
  [{ delays: [1], type: 'quorum' }, '3.10.8', undefined],
  [{ delays: [1], type: 'quorum' }, '4.0.5', /given back too often/],
])('%j on %s: what would be dropped is said', (more, version, text) => {
  const notes = planNotes(planDeadLetters(request(more), version), version);
  expect(notes).toEqual(text === undefined ? [] : [expect.stringMatching(text)]);
});

test.each([
  ['3.10.8', 'quorum', undefined],
  ['3.13.7', 'quorum', undefined],
  ['4.0.5', 'quorum', -1],
  ['4.3.6', 'classic', undefined],
])('on %s a %s dead-letter queue drops nothing', (version, type, limit) => {
  const [dead] = planDeadLetters(request({ type }), version).queues;
  expect(dead?.arguments['x-delivery-limit']).toBe(limit);
});
