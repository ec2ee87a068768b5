// Preloaded (node --import) into a suite that calls AMQP's default port on its own: sends it to the broker under test.
// DEFAULT_PORT is that broker's port; DEFAULT_PORT_HOST its host, or empty where the host that the suite names will do.
import net from 'node:net';

const { DEFAULT_PORT, DEFAULT_PORT_HOST } = process.env;
const connect = net.connect;
net.connect = (options, ...rest) =>
  connect(
    Number(options.port) === 5672 ? { ...options, port: Number(DEFAULT_PORT), host: DEFAULT_PORT_HOST || options.host } : options,
    ...rest,
  );
