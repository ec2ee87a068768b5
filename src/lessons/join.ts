import { type BrokerAddress, formatAddress, showAddress, type Target } from '../client/target.ts';

/** The environment in which a command works in the given vhost: for running only, it holds the password. */
export function environmentFor(target: Target, vhost: string): Record<string, string> {
  const urls = target.addresses.map((address) => formatAddress({ ...address, vhost }) + queryOf(address));
  // where nobody named one it goes with the address that answers; an empty one is none
  return { RMQ_LAB_URL: urls.join(','), RMQ_LAB_API: target.apis === undefined ? target.api : '' };
}

/**
 * The lines that a second terminal needs to work in the vhost. A password is never in them: the default one need not be,
 * for another stands `$PASSWORD`, and the last line says so.
 */
export function joinLines(target: Target, vhost: string): string[] {
  const secret = target.addresses.some((address) => !isDefaultUser(address));
  const urls = target.addresses.map((address) => publicUrl({ ...address, vhost }) + queryOf(address)).join(',');
  const quoted = secret ? `"${urls}"` : /[?&,]/.test(urls) ? `'${urls}'` : urls;
  const [first] = target.addresses;
  return [
    `export RMQ_LAB_URL=${quoted}`,
    ...(target.apis !== undefined || (first !== undefined && target.api === defaultApi(first)) ? [] : [`export RMQ_LAB_API=${target.api}`]),
    ...(secret ? ['# with your password in the variable PASSWORD (percent-encoded)'] : []),
  ];
}

function publicUrl(address: BrokerAddress): string {
  const user = `${encodeURIComponent(address.username)}@`;
  return showAddress(address).replace(user, isDefaultUser(address) ? '' : user.replace('@', ':$PASSWORD@'));
}

function isDefaultUser({ username, password }: BrokerAddress): boolean {
  return username === 'guest' && password === 'guest';
}

function defaultApi({ host, secure }: BrokerAddress): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return secure ? `https://${shown}:15671` : `http://${shown}:15672`;
}

function queryOf({ secure, tls, heartbeat }: BrokerAddress): string {
  const query = new URLSearchParams();
  if (heartbeat !== undefined) query.set('heartbeat', String(heartbeat));
  if (secure && tls.caFile !== undefined) query.set('cacertfile', tls.caFile);
  if (secure && tls.certFile !== undefined) query.set('certfile', tls.certFile);
  if (secure && tls.keyFile !== undefined) query.set('keyfile', tls.keyFile);
  if (secure && !tls.verify) query.set('verify', 'verify_none');
  return query.size === 0 ? '' : `?${query}`;
}
