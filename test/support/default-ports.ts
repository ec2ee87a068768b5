/**
 * The environment in which a spawned program takes these servers for those at RabbitMQ's own ports on localhost: a test of the default
 * address then depends on nothing that this machine may have there.
 */
export function defaultPortsAt({ url, api }: { readonly url: string; readonly api: string }): Record<string, string> {
  const ports = { 5672: Number(new URL(url).port), 15672: Number(new URL(api).port) };
  const detour = `
    import net from 'node:net';
    const ports = ${JSON.stringify(ports)};
    const { connect } = net.Socket.prototype;
    net.Socket.prototype.connect = function (...args) {
      const options = Array.isArray(args[0]) ? args[0][0] : args[0];
      if (options?.port in ports) Object.assign(options, { host: '127.0.0.1', port: ports[options.port] });
      return connect.apply(this, args);
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(detour).toString('base64')}` };
}
