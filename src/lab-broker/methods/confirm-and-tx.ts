import type { Channel } from '../channel.ts';
import { Confirms } from '../confirms.ts';
import { BrokerFault } from '../faults.ts';
import { TransactionLog } from '../transaction.ts';
import type { Handlers } from './handlers.ts';

/** confirm.* and tx.*: the two ways to know that a message has arrived. A channel has one of them at most. */
export const CONFIRM_AND_TX: Handlers = {
  'confirm.select'(channel, { noWait }) {
    if (channel.transaction !== undefined) throw new BrokerFault('switch-mode', { from: 'tx', to: 'confirm' });
    channel.confirms ??= new Confirms((accepted, deliveryTag, multiple) => {
      if (accepted) channel.connection.output.ack(channel.number, deliveryTag, multiple);
      else channel.send({ name: 'basic.nack', deliveryTag, multiple });
    });
    if (!noWait) channel.send({ name: 'confirm.select-ok' });
  },

  'tx.select'(channel) {
    if (channel.confirms !== undefined) throw new BrokerFault('switch-mode', { from: 'confirm', to: 'tx' });
    channel.transaction ??= new TransactionLog(channel);
    channel.send({ name: 'tx.select-ok' });
  },

  'tx.commit'(channel) {
    const transaction = transactionOf(channel);
    transaction.commit();
    const step = () => {
      if (transaction.carryOut()) return true;
      if (!channel.open) return false;
      if (transaction.refused) throw new BrokerFault('partial-commit');
      channel.connection.hold.begin();
      channel.send({ name: 'tx.commit-ok' });
      return false;
    };
    channel.carryOn(step);
  },

  'tx.rollback'(channel) {
    transactionOf(channel).rollback();
    channel.send({ name: 'tx.rollback-ok' });
  },
};

function transactionOf({ transaction }: Channel): TransactionLog {
  if (transaction === undefined) throw new BrokerFault('not-transactional');
  return transaction;
}
