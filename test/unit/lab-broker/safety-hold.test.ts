import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Realm } from '../../../src/lab-broker/entities/realm.ts';
import { SafetyHold } from '../../../src/lab-broker/safety-hold.ts';
import { readStore } from '../../../src/lab-broker/store/store.ts';
import type { Frame } from '../../../src/lab-broker/wire/frames.ts';
import { createManualClock } from './manual-clock.ts';
import { createLossyFiles } from './store/lossy-files.ts';

const frame = (classId: number, methodId: number): Frame => {
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(classId, 0);
  payload.writeUInt16BE(methodId, 2);
  return { type: 1, channel: 1, payload };
};
const [DECLARE, PUBLISH] = [frame(50, 10), frame(60, 40)];

let socket: Socket;
let end: () => void;
beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  socket = connect(address.port, '127.0.0.1');
  await once(socket, 'connect');
  end = () => {
    socket.destroy();
    server.close();
  };
});
afterEach(() => end());

test('who asks about what another has just declared waits until that is safe, and nobody else does', async () => {
  const store = await readStore(createLossyFiles(), createManualClock(), () => undefined);
  const realm = new Realm(createManualClock(), 1e9, store.journal);
  store.restore(realm);
  const [one, other, publisher] = [new SafetyHold(socket, realm), new SafetyHold(socket, realm), new SafetyHold(socket, realm)];
  one.during(DECLARE, () => void realm.addVhost('new'));
  other.during(DECLARE, () => void realm.addVhost('new'));
  publisher.during(PUBLISH, () => undefined);
  expect([one.on, other.on, publisher.on]).toEqual([true, true, false]);
  await realm.whenSafe();
  expect([one.on, other.on]).toEqual([false, false]);
  await store.close();
});
