import { createLabBroker } from '../../dist/lab-broker/lab-broker.js';

// A lab broker for the tests, in a process of its own. Its first line on stdout says where it is; it ends when its stdin does, and so
// with whoever started it, however that one ends.
const broker = await createLabBroker();
broker.events.on('internal-error', ({ error }) => console.error('the lab broker made a mistake:', error));
process.stdout.write(`${JSON.stringify({ url: broker.url, api: broker.api })}\n`);
process.stdin.on('end', () => broker.close()).resume();
