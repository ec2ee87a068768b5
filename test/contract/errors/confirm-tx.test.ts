import type { MethodInput, MethodName } from '../../../src/lab-broker/wire/methods.ts';
import { channel } from '../../support/outcome.ts';
import { describeProbes, type Provocation } from '../../support/probes.ts';
import { send } from '../../support/provocations.ts';

function after(mode: 'confirm' | 'tx', method: MethodInput): Provocation['provoke'] {
  return async ({ wire }) => {
    await wire.call({ name: `${mode}.select` }, `${mode}.select-ok`);
    wire.send(method);
  };
}

const refused = (text: string, by: MethodName) => channel(406, `PRECONDITION_FAILED - ${text}`, by);

describeProbes('confirm-tx', [
  {
    name: 'tx.select on a confirm channel',
    provoke: after('confirm', { name: 'tx.select' }),
    expect: refused('cannot switch from confirm to tx mode', 'tx.select'),
  },
  {
    name: 'confirm.select on a tx channel',
    provoke: after('tx', { name: 'confirm.select' }),
    expect: refused('cannot switch from tx to confirm mode', 'confirm.select'),
  },
  { name: 'tx.commit without select', provoke: send({ name: 'tx.commit' }), expect: refused('channel is not transactional', 'tx.commit') },
  {
    name: 'tx.rollback without select',
    provoke: send({ name: 'tx.rollback' }),
    expect: refused('channel is not transactional', 'tx.rollback'),
  },
  {
    name: 'tx ack unknown',
    provoke: after('tx', { name: 'basic.ack', deliveryTag: 99 }),
    expect: refused('unknown delivery tag 99', 'basic.ack'),
  },
]);
