// What scripts/suites/run asks of a broker's management API.
//
//   node broker.js describe URL API       prints its host, AMQP port, management address and version, with tabs between
//   node broker.js add URL API VHOST      makes a vhost, prints the URL with it
//   node broker.js drop URL API VHOST     deletes it
//
// API may be empty: then it is at the AMQP port + 10000.

const [command, address, givenApi, vhost] = process.argv.slice(2);
const url = new URL(address);
const port = Number(url.port || 5672);
const api = (givenApi || `http://${url.hostname}:${port + 10_000}`).replace(/\/$/, '');
const user = decodeURIComponent(url.username) || 'guest';
const password = decodeURIComponent(url.password) || 'guest';

async function request(method, path, body) {
  const response = await fetch(`${api}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${method} ${api}/api/${path}: ${response.status} ${await response.text()}`);
  return response;
}

const commands = {
  async describe() {
    const { rabbitmq_version: version } = await (await request('GET', 'overview')).json();
    console.log([url.hostname, port, api, version].join('\t'));
  },
  async add() {
    await request('PUT', `vhosts/${vhost}`, {});
    await request('PUT', `permissions/${vhost}/${encodeURIComponent(user)}`, { configure: '.*', write: '.*', read: '.*' });
    url.pathname = `/${vhost}`;
    console.log(url.href);
  },
  async drop() {
    await request('DELETE', `vhosts/${vhost}`);
  },
};

try {
  await commands[command]();
} catch (error) {
  console.error(`suites: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
