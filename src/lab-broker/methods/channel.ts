import { BrokerFault } from '../faults.ts';
import type { Handlers } from './handlers.ts';

/** channel.* on a channel that is open, and the access.request of the protocol's first days. */
export const CHANNEL: Handlers = {
  'channel.open'() {
    throw new BrokerFault('second-channel-open');
  },

  'channel.close'(channel) {
    channel.terminate('gone');
    channel.send({ name: 'channel.close-ok' });
    channel.connection.forget(channel);
  },

  'channel.flow'(channel, { active }) {
    if (!active) throw new BrokerFault('flow-off');
    channel.send({ name: 'channel.flow-ok', active: true });
  },

  'access.request'(channel) {
    channel.send({ name: 'access.request-ok', ticket: 1 });
  },
};
