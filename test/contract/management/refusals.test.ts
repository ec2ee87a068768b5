import { describeBrokers } from '../../support/brokers.ts';
import { ask, type Question } from '../../support/http-ask.ts';
import { limitedUser } from '../../support/limited-user.ts';
import { sharedVhost } from '../../support/shared-vhost.ts';
import { differencesOf, expectedOn } from '../differences.ts';

/** A request, and the status and body of its answer. VHOST and USER stand for the test's own, NOBODY for a user without tags. */
type Row = readonly [question: string | Question, status: number, body?: unknown];

const NOT_FOUND = { error: 'Object Not Found', reason: 'Not Found' };
const HIDDEN = { error: 'not_found', reason: 'Not Found' };
const UNKNOWN = { error: 'not_authorized', reason: 'Not_Authorized' };
const lacks = (tag: string) => ({ error: 'not_authorised', reason: `Not ${tag} user` });
const bad = (reason: unknown) => ({ error: 'bad_request', reason });
const DOUBLY = 'invalid payload: the request body JSON-decoded to a string. Is the input doubly-JSON-encoded?';
const put = (path: string, body: unknown): Question => ({ method: 'PUT', path, body });
const as = (user: 'USER' | 'NOBODY', path: string, method = 'GET'): Question => ({ method, path, auth: `${user}:secret` });

const ROWS: Readonly<Record<string, Row>> = {
  'no name': [{ path: '/api/whoami', auth: null }, 401],
  'a wrong password': [{ path: '/api/whoami', auth: 'guest:wrong' }, 401, UNKNOWN],
  'an empty password': [{ path: '/api/whoami', auth: 'guest:' }, 401, UNKNOWN],
  'an unknown user': [{ path: '/api/whoami', auth: 'nosuch:x' }, 401, UNKNOWN],
  'another scheme': [{ path: '/api/whoami', auth: null, headers: { authorization: 'Digest x' } }, 400],
  'a token': [{ path: '/api/whoami', auth: null, headers: { authorization: 'Bearer x' } }, 401, UNKNOWN],
  'no colon': [{ path: '/api/whoami', auth: null, headers: { authorization: 'Basic Z3Vlc3Q=' } }, 400],
  'no tag': [as('NOBODY', '/api/whoami'), 401, lacks('management')],
  'no tag, where more is needed': [as('NOBODY', '/api/users'), 401, lacks('management')],
  'management, where monitoring is needed': [as('USER', '/api/nodes'), 401, lacks('monitor')],
  'management, where an administrator is needed': [as('USER', '/api/users'), 401, lacks('administrator')],
  'management, one vhost': [as('USER', '/api/vhosts/VHOST'), 401, lacks('administrator')],
  'management, deleting a vhost': [as('USER', '/api/vhosts/VHOST', 'DELETE'), 401, lacks('administrator')],
  'outside its vhosts: queues': [as('USER', '/api/queues/VHOST'), 404, HIDDEN],
  'outside its vhosts: exchange': [as('USER', '/api/exchanges/VHOST/amq.direct'), 404, HIDDEN],
  'outside its vhosts: bindings': [as('USER', '/api/bindings/VHOST'), 404, HIDDEN],
  'outside its vhosts: connections': [as('USER', '/api/vhosts/VHOST/connections'), 404, HIDDEN],
  'outside its vhosts: limits': [as('USER', '/api/vhost-limits/VHOST'), 404, HIDDEN],
  'outside its vhosts: all queues': [as('USER', '/api/queues'), 200, []],
  'no such path': ['/api/nosuch', 404, NOT_FOUND],
  'no such path, and no name': [{ path: '/api/nosuch', auth: null }, 404, NOT_FOUND],
  'a path with two slashes': ['/api//overview', 404, NOT_FOUND],
  'a path that is no URL encoding': ['/api/vhosts/%zz', 400],
  'a path that is no UTF-8': ['/api/vhosts/%ff', 404, NOT_FOUND],
  'a slash at the end': ['/api/whoami/', 200, { name: 'guest', tags: ['administrator'], is_internal_user: true }],
  'no such vhost': ['/api/vhosts/nosuch', 404, NOT_FOUND],
  'no such vhost: queues': ['/api/queues/nosuch', 404, NOT_FOUND],
  'no such vhost: exchanges': ['/api/exchanges/nosuch', 404, NOT_FOUND],
  'no such vhost: bindings': ['/api/bindings/nosuch', 404, NOT_FOUND],
  'no such vhost: consumers': ['/api/consumers/nosuch', 404, NOT_FOUND],
  'no such vhost: permissions': ['/api/vhosts/nosuch/permissions', 404, NOT_FOUND],
  'no such queue': ['/api/queues/VHOST/nosuch', 404, NOT_FOUND],
  'no such exchange': ['/api/exchanges/VHOST/nosuch', 404, NOT_FOUND],
  'no such connection': ['/api/connections/nosuch', 404, NOT_FOUND],
  'no such user': ['/api/users/nosuch', 404, NOT_FOUND],
  'no such permission': ['/api/permissions/VHOST/nosuch', 404, NOT_FOUND],
  'no such topic permission': ['/api/topic-permissions/VHOST/guest', 404, NOT_FOUND],
  'no such node': ['/api/nodes/nosuch', 404, NOT_FOUND],
  'deleting no vhost': [{ method: 'DELETE', path: '/api/vhosts/nosuch' }, 404, NOT_FOUND],
  'deleting no user': [{ method: 'DELETE', path: '/api/users/nosuch' }, 404, NOT_FOUND],
  'deleting no permission': [{ method: 'DELETE', path: '/api/permissions/VHOST/nosuch' }, 404, NOT_FOUND],
  'deleting no connection': [{ method: 'DELETE', path: '/api/connections/nosuch' }, 404, NOT_FOUND],
  'purging no queue': [{ method: 'DELETE', path: '/api/queues/VHOST/nosuch/contents' }, 404, NOT_FOUND],
  'another method': [{ method: 'POST', path: '/api/overview', body: {} }, 405],
  'another method, and no name': [{ method: 'DELETE', path: '/api/overview', auth: null }, 405],
  'bad JSON': [put('/api/vhosts/VHOST', '{bad'), 400, bad('not_json')],
  'a list': [put('/api/vhosts/VHOST', '[]'), 400, bad('not_json')],
  'a number': [put('/api/vhosts/VHOST', '12'), 400, bad('not_json')],
  'a text': [put('/api/vhosts/VHOST', '"x"'), 400, bad(DOUBLY)],
  'a queue type that is none': [put('/api/vhosts/VHOST', { default_queue_type: 'nosuch' }), 400, bad('nosuch is not a valid queue type')],
  'a user without tags': [put('/api/users/USER', { password: 'p' }), 400, bad('tags_not_present')],
  'a password twice': [
    put('/api/users/USER', { password: 'p', password_hash: 'x', tags: '' }),
    400,
    bad('both_password_and_password_hash_are_provided'),
  ],
  'a hash that is none': [put('/api/users/USER', { password_hash: '!!', tags: '' }), 400, bad(['not_base64', '!!'])],
  'permissions without any': [
    put('/api/permissions/VHOST/USER', {}),
    400,
    bad('[{key_missing,configure},{key_missing,write},{key_missing,read}]'),
  ],
  'permissions without one': [put('/api/permissions/VHOST/USER', { configure: '', write: '' }), 400, bad('[{key_missing,read}]')],
  'permissions that are no pattern': [
    put('/api/permissions/VHOST/USER', { configure: '[', write: '', read: '' }),
    400,
    bad(expect.arrayContaining(['invalid_regexp'])),
  ],
  'permissions in no vhost': [put('/api/permissions/nosuch/USER', {}), 400, bad('vhost_or_user_not_found')],
  'permissions of nobody': [put('/api/permissions/VHOST/nosuch', {}), 400, bad('vhost_or_user_not_found')],
  'topic permissions without one': [
    put('/api/topic-permissions/VHOST/USER', { exchange: 'x', write: '' }),
    400,
    bad('[{key_missing,read}]'),
  ],
  'topic permissions of nobody': [put('/api/topic-permissions/VHOST/nosuch', {}), 400, bad('vhost_or_user_not_found')],
  'an unknown limit': [
    put('/api/vhost-limits/VHOST/nosuch', { value: 1 }),
    400,
    bad('Validation failed\n\nUnrecognised terms [{<<"nosuch">>,1}] in limits\n'),
  ],
  'a limit that is no number': [
    put('/api/vhost-limits/VHOST/max-queues', { value: 'x' }),
    400,
    bad('Validation failed\n\nmax-queues should be a number, actually was <<"x">>\n'),
  ],
  'a limit without a value': [put('/api/vhost-limits/VHOST/max-queues', {}), 400, bad('[{key_missing,value}]')],
  'a limit in no vhost': [put('/api/vhost-limits/nosuch/max-queues', { value: 1 }), 404, { error: 'not_found', reason: 'vhost_not_found' }],
  'page 0': ['/api/exchanges/VHOST?page=0', 400, pagination('page number 0, page size undefined')],
  'a page that is no number': ['/api/exchanges/VHOST?page=x', 400, bad('Pagination parameters are invalid')],
  'pages too large': ['/api/exchanges/VHOST?page=1&page_size=501', 400, pagination('page number 1, page size 501')],
  'a page too far': [
    '/api/exchanges/VHOST?page=9',
    400,
    { error: 'page_out_of_range', reason: 'Page out of range, page: 9 page size: 100, len: 7' },
  ],
};

function pagination(what: string) {
  return { error: 'invalid_pagination_parameters', reason: `Invalid pagination parameters: ${what}` };
}

describeBrokers('management/refusals', (broker) => {
  const vhost = sharedVhost(broker);
  const none = { configure: '', write: '', read: '' };
  const [user, nobody] = [limitedUser(broker, vhost, none), limitedUser(broker, vhost, none)];
  beforeAll(async () => {
    await ask(broker.api, put(`/api/users/${encodeURIComponent(user.username)}`, { password: user.password, tags: 'management' }));
    await ask(broker.api, { method: 'DELETE', path: `/api/permissions/${vhost().vhost}/${encodeURIComponent(user.username)}` });
  });

  test.each(Object.entries(ROWS))('%s', async (name, [asked, status, body]) => {
    const question = typeof asked === 'string' ? { path: asked } : asked;
    const fill = (text: string, encode: (name: string) => string) =>
      text.replace('VHOST', vhost().vhost).replace('USER', encode(user.username)).replace('NOBODY', encode(nobody.username));
    const answer = await ask(broker.api, {
      ...question,
      path: fill(question.path, encodeURIComponent),
      ...(typeof question.auth === 'string' ? { auth: fill(question.auth, (text) => text) } : {}),
    });
    const expected = expectedOn(broker, `management/refusals/${name}`, { status, ...(body === undefined ? {} : { body }) });
    expect({ status: answer.status, ...(answer.body === undefined ? {} : { body: answer.body }) }).toEqual(expected);
  });

  test('what may be asked is in Allow: of another method, and of OPTIONS', async () => {
    for (const method of ['POST', 'OPTIONS']) {
      const { headers } = await ask(broker.api, { method, path: '/api/vhosts/nosuch', auth: null });
      expect(headers.allow).toBe('HEAD, GET, PUT, DELETE, OPTIONS');
    }
  });

  test('a name is asked for only where none was given', async () => {
    const { headers } = await ask(broker.api, { path: '/api/whoami', auth: null });
    expect(headers['www-authenticate']).toBe('Basic realm="RabbitMQ Management"');
  });

  test('HEAD is GET without a body', async () => {
    const { status, headers, body } = await ask(broker.api, { method: 'HEAD', path: '/api/whoami' });
    expect({ status, type: headers['content-type'], body }).toEqual({ status: 200, type: 'application/json', body: undefined });
    const whole = await ask(broker.api, { path: '/api/whoami' });
    expect(headers['content-length']).toBe(whole.headers['content-length']);
  });
});

test('management/refusals: no difference without a test', () => {
  const names = Object.keys(ROWS).map((name) => `management/refusals/${name}`);
  expect(names).toEqual(expect.arrayContaining([...differencesOf('management/refusals')]));
});
