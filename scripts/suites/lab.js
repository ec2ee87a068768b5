// Runs a lab broker on free ports until it is told to end (SIGTERM or SIGINT). Prints {"url":…,"api":…} on a line once it listens.
import { createLabBroker } from '../../dist/lab-broker/lab-broker.js';

const broker = await createLabBroker({ port: 0 });
const { url, api } = broker;
console.log(JSON.stringify({ url, api }));

for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => {
    // No process.exit: what close() leaves open keeps the process alive, and its caller sees that.
    void broker.close();
  });
