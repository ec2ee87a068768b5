import { type BrokerFound, createOwnState, type OwnState } from '../support/own-state.ts';
import { runCli } from '../support/spawn.ts';

let state: OwnState;
let broker: BrokerFound;
beforeAll(async () => {
  state = createOwnState();
  broker = await state.documentOf('broker', 'start', '--port', '0');
});
afterAll(async () => {
  await state.run(['broker', 'stop']);
  state.remove();
});

const lost = 'amqp://127.0.0.2:1';

test('the management API of a broker that was named by its address is known', async () => {
  expect(await state.documentOf('status', '--url', broker.url)).toMatchObject({
    url: expect.any(String),
    api: { url: broker.api, answers: true },
  });
});

test('the management API is that of the address that answers', async () => {
  const several = ['--url', `${lost},${broker.url}`];
  expect(await state.documentOf('status', ...several)).toMatchObject({ answers: true, api: { url: broker.api, answers: true } });
  // asked before anything else has connected
  expect(await state.run(['expect', 'binding', 'amq.direct', 'nowhere', ...several, '--quiet'])).toMatchObject({
    exitCode: 7,
    stderr: expect.not.stringContaining('no management API'),
  });
  // a state folder that knows nothing of it: the usual port, on the same host
  const elsewhere = await runCli(['status', ...several, '--json']);
  expect(JSON.parse(elsewhere.stdout.toString())).toMatchObject({ answers: true, api: { url: 'http://127.0.0.1:15672' } });
});

test('where none answers it is that of the first, and --api is always the one named', async () => {
  const none = await state.run(['status', '--json', '--url', `${lost},amqp://127.0.0.3:1`]);
  expect(JSON.parse(none.text)).toMatchObject({ answers: false, api: { url: 'http://127.0.0.2:15672', answers: false } });
  const named = await state.run(['status', '--json', '--url', `${lost},${broker.url}`, '--api', 'http://127.0.0.3:1']);
  expect(JSON.parse(named.text)).toMatchObject({ answers: true, api: { url: 'http://127.0.0.3:1', answers: false } });
});

test('a lesson goes where the others fail', async () => {
  const { exitCode, text } = await state.run(['lesson', 'start', 'hello', '--auto', '--url', `${lost},${broker.url}`]);
  expect({ exitCode, text }).toMatchObject({ exitCode: 0, text: expect.stringContaining('Lesson 1 is done') });
});
